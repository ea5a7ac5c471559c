// Preloaded into a process that shall find no native TensorFlow.
const { dlopen } = process;
process.dlopen = (module, path, ...rest) => {
  if (path.includes('tfjs_binding')) throw new Error('libtensorflow.so.2: cannot open shared object file');
  return dlopen(module, path, ...rest);
};
