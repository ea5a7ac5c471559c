import { allowedGlobal } from './allowed-globals';
import { storageId } from './persistent';
import { Refuse } from './pickle/cursor';
import { PickleMachine } from './pickle/machine';
import { PickleValue, quote } from './pickle/values';
import { Storage } from './storage';
import { ZipArchive } from './zip';

/**
 * The format of `torch.save` since PyTorch 1.6: a zip archive of one folder with the pickle `data.pkl`, a file
 * `data/<key>` for each storage, and `byteorder`.
 *
 * Source: PyTorch 2.15, torch/serialization.py (`_load`), caffe2/serialize/inline_container.h.
 */
export function readZipFormat(bytes: Uint8Array, file: string, refuse: Refuse): PickleValue {
  const archive = new ZipArchive(bytes, refuse);
  const pickles = archive.names.filter((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    const listed = archive.names.slice(0, 5).map(quote).join(', ') || 'none';
    refuse(`got ${pickles.length} entries data.pkl in the zip archive (entries: ${listed}); expected one`);
  }
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  if (archive.names.includes(`${folder}constants.pkl`)) {
    refuse('is a TorchScript program; expected weights: torch.save(model.state_dict(), …)');
  }
  const order = archive.read(`${folder}byteorder`);
  const bigEndian = order ? isBigEndian(Buffer.from(order).toString('latin1'), refuse) : false;

  const environment = {
    global: (module: string, name: string) => allowedGlobal(module, name, refuse),
    persistent: (id: PickleValue) => {
      const { storageType, key, count, byteLength } = storageId(id, refuse);
      const entry = `${folder}data/${key}`;
      const data = archive.read(entry);
      if (data === undefined) return refuse(`lacks the entry ${quote(entry)} that its pickle refers to`);
      if (data.length < byteLength) {
        refuse(`entry ${quote(entry)} has ${data.length} bytes; its ${count} numbers need ${byteLength}`);
      }
      return new Storage({ bytes: data, bigEndian }, storageType.type, 0, count);
    },
  };
  const pickle = archive.read(pickles[0])!;
  return new PickleMachine(pickle, 0, environment, `${file}: ${pickles[0]}`).run().value;
}

function isBigEndian(order: string, refuse: Refuse): boolean {
  if (order !== 'little' && order !== 'big') {
    return refuse(`got byte order ${quote(order)}; expected 'little' or 'big'`);
  }
  return order === 'big';
}
