import { hostileSubmissions } from './submissions';
import { describeHostile } from './submissions/suite';

/** Every other one of those that need not wait for a limit: about a third of all. */
const quick = hostileSubmissions.filter(({ slow }) => !slow).filter((_, index) => index % 2 === 0);

describeHostile('hostile submissions, a third', quick);
