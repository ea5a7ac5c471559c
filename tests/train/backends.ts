import { tf } from '../../lib/runtime';

/** The tests of the body once on native TensorFlow, where it is there, and once on the JavaScript backend. */
export function onEachBackend(title: string, body: () => void): void {
  for (const backend of ['tensorflow', 'cpu']) {
    describe(`${title}, on backend ${backend}`, () => {
      let original: string;
      before(async function () {
        if (tf.findBackendFactory(backend) === null) this.skip();
        original = tf.getBackend();
        await tf.setBackend(backend);
        (tf.backend() as unknown as { firstUse: boolean }).firstUse = false; // no advice on faster backends
      });
      after(async () => {
        if (original) await tf.setBackend(original);
      });
      body();
    });
  }
}
