import type { InferenceSession } from 'onnxruntime-node';

type Runtime = typeof import('onnxruntime-node');

/** ONNX Runtime, loaded when the first network is opened. */
export async function onnxRuntime(owner: string): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new Error(
      `${owner}: ONNX Runtime has no build for ${process.platform} ${process.arch} (${(error as Error).message}); ` +
        'promptNetwork() and RegionGrowing work without it',
    );
  }
}

/**
 * Opens a network.
 *
 * @throws Error naming the file where it is none that ONNX Runtime reads
 */
export async function openOnnx(owner: string, file: string): Promise<InferenceSession> {
  const { InferenceSession: Session } = await onnxRuntime(owner);
  try {
    return await Session.create(file, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(
      `${owner}: ${file}: got a file that ONNX Runtime cannot open (${reason}); expected an ONNX network`,
    );
  }
}
