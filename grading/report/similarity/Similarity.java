import com.fasterxml.jackson.databind.ObjectMapper;
import de.jplag.JPlag;
import de.jplag.JPlagComparison;
import de.jplag.JPlagResult;
import de.jplag.Match;
import de.jplag.Submission;
import de.jplag.Token;
import de.jplag.exceptions.BasecodeException;
import de.jplag.exceptions.ExitException;
import de.jplag.options.JPlagOptions;
import de.jplag.typescript.TypeScriptLanguage;
import java.io.File;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Compares the folders of a folder by JPlag, each as one submission, and writes what it found as JSON.
 *
 * Arguments: the folder, a folder with what all were given, how many pairs to tell, the file to write.
 */
class Similarity {
    public static void main(String[] arguments) throws Exception {
        JPlagOptions options = new JPlagOptions(new TypeScriptLanguage(), Set.of(new File(arguments[0])), Set.of())
                .withMaximumNumberOfComparisons(JPlagOptions.SHOW_ALL_COMPARISONS);
        JPlagResult result = compared(options, new File(arguments[1]));
        List<JPlagComparison> all = result.getAllComparisons();
        int[] counts = new int[101];
        for (JPlagComparison each : all) counts[(int) Math.round(each.similarity() * 100)]++;
        var pairs = all.stream()
                .sorted(Comparator.comparingDouble(JPlagComparison::similarity).reversed())
                .limit(Integer.parseInt(arguments[2]))
                .map(Similarity::pair)
                .toList();
        var unread = result.getSubmissions().getInvalidSubmissions().stream().map(Submission::getName).toList();
        new ObjectMapper().writeValue(new File(arguments[3]), Map.of("counts", counts, "pairs", pairs, "unread", unread));
    }

    private static JPlagResult compared(JPlagOptions options, File given) throws ExitException {
        try {
            return JPlag.run(options.withBaseCodeSubmissionDirectory(given));
        } catch (BasecodeException error) {
            // What is too short to be a match needs not be left out of any.
            if (error.getMessage().contains("below the minimum match length")) return JPlag.run(options);
            throw error;
        }
    }

    private static Map<String, Object> pair(JPlagComparison comparison) {
        Submission first = comparison.firstSubmission();
        Submission second = comparison.secondSubmission();
        var fragments = comparison.matches().stream()
                .sorted(Comparator.comparingInt(Match::length).reversed())
                .map(match -> Map.of(
                        "tokens", match.length(),
                        "places", List.of(
                                place(first, match.startOfFirst(), match.length()),
                                place(second, match.startOfSecond(), match.length()))))
                .toList();
        return Map.of(
                "students", List.of(first.getName(), second.getName()),
                "similarity", comparison.similarity(),
                "fragments", fragments);
    }

    /** Lines count from 1, both ends included. */
    private static Map<String, Object> place(Submission submission, int start, int length) {
        List<Token> tokens = submission.getTokenList().subList(start, start + length);
        int[] lines = tokens.stream().mapToInt(Token::getLine).toArray();
        return Map.of(
                "file", submission.getRoot().toPath().relativize(tokens.get(0).getFile().toPath()).toString(),
                "from", IntStream.of(lines).min().orElse(1),
                "to", IntStream.of(lines).max().orElse(1));
    }
}
