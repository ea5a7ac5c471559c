/**
 * Which wheels hold the native TensorFlow of a machine. One wheel (for CPython 3.12) serves each machine whatever Python
 * it has, because only the C++ libraries and headers inside are used; their hashes are those of the PyPI release.
 *
 * @typedef {{ requirement: string, platform: string, sha256: string, bytes: number }} Wheel
 * @typedef {{ version: string, variant: 'cpu' | 'cuda', suffix: 'so' | 'dylib', wheels: Wheel[], extractedBytes: number }} NativeTensorFlow
 */

const CPU = {
  'linux-x64': {
    version: '2.21.0',
    wheel: {
      requirement: 'tensorflow-cpu==2.21.0',
      platform: 'manylinux_2_27_x86_64',
      sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
      bytes: 274_000_871,
    },
  },
  'linux-arm64': {
    version: '2.21.0',
    wheel: {
      requirement: 'tensorflow==2.21.0',
      platform: 'manylinux_2_27_aarch64',
      sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
      bytes: 281_946_471,
    },
  },
  'darwin-arm64': {
    version: '2.21.0',
    wheel: {
      requirement: 'tensorflow==2.21.0',
      platform: 'macosx_12_0_arm64',
      sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
      bytes: 223_488_205,
    },
  },
  // The last release for Macs with an Intel processor.
  'darwin-x64': {
    version: '2.16.2',
    wheel: {
      requirement: 'tensorflow==2.16.2',
      platform: 'macosx_10_15_x86_64',
      sha256: '912b8cd1f88fd1ef32b8db54f0193ad0a3f057691324436ba82c5f74a63a17dd',
      bytes: 259_727_578,
    },
  },
};

const CUDA_TENSORFLOW = {
  requirement: 'tensorflow==2.21.0',
  platform: 'manylinux_2_27_x86_64',
  sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  bytes: 572_611_111,
};

/** What TensorFlow 2.21's `and-cuda` extra resolves to: name, version, platform, hash, bytes. */
const NVIDIA = [
  [
    'cublas',
    '12.9.3.13',
    'manylinux_2_27_x86_64',
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    581_217_458,
  ],
  [
    'cuda-cupti',
    '12.9.79',
    'manylinux_2_25_x86_64',
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
    10_814_997,
  ],
  [
    'cuda-nvcc',
    '12.9.86',
    'manylinux2010_x86_64',
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    40_546_229,
  ],
  [
    'cuda-nvrtc',
    '12.9.86',
    'manylinux2010_x86_64',
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    89_568_129,
  ],
  [
    'cuda-runtime',
    '12.9.79',
    'manylinux2014_x86_64',
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    3_493_179,
  ],
  [
    'cudnn',
    '9.28.0.42',
    'manylinux_2_27_x86_64',
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    716_538_495,
  ],
  [
    'cufft',
    '11.4.1.4',
    'manylinux2014_x86_64',
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    200_877_592,
  ],
  [
    'curand',
    '10.3.10.19',
    'manylinux_2_27_x86_64',
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
    68_295_626,
  ],
  [
    'cusolver',
    '11.7.5.82',
    'manylinux_2_27_x86_64',
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    338_117_415,
  ],
  [
    'cusparse',
    '12.5.10.65',
    'manylinux2014_x86_64',
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    366_465_088,
  ],
  [
    'nccl',
    '2.32.3',
    'manylinux_2_27_x86_64',
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    351_526_311,
  ],
  [
    'nvjitlink',
    '12.9.86',
    'manylinux2010_x86_64',
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    39_748_338,
  ],
].map(([name, version, platform, sha256, bytes]) => ({
  requirement: `nvidia-${name}-cu12==${version}`,
  platform,
  sha256,
  bytes,
}));

/** The oldest C library that the Linux wheels run on. */
const MIN_GLIBC = [2, 27];

/**
 * @param {{ platform: string, arch: string, gpu?: boolean, glibc?: string }} machine `gpu`: an NVIDIA GPU with its
 *   driver; `glibc`: version of the GNU C library, undefined on musl and outside Linux
 * @returns {NativeTensorFlow | { reason: string }} the reason when there is no native TensorFlow for it
 */
export function chooseTensorFlow({ platform, arch, gpu = false, glibc }) {
  const found = CPU[`${platform}-${arch}`];
  if (!found) return { reason: `there is no TensorFlow for ${platform} on ${arch}` };
  if (platform === 'linux') {
    const [major, minor] = (glibc ?? '0.0').split('.').map(Number);
    if (major < MIN_GLIBC[0] || (major === MIN_GLIBC[0] && minor < MIN_GLIBC[1])) {
      const got = glibc ? `glibc ${glibc}` : 'another C library';
      return { reason: `TensorFlow needs glibc ${MIN_GLIBC.join('.')} or newer; this system has ${got}` };
    }
  }
  if (gpu && platform === 'linux' && arch === 'x64') {
    return {
      version: '2.21.0',
      variant: 'cuda',
      suffix: 'so',
      wheels: [CUDA_TENSORFLOW, ...NVIDIA],
      extractedBytes: 6.5e9,
    };
  }
  return {
    version: found.version,
    variant: 'cpu',
    suffix: platform === 'darwin' ? 'dylib' : 'so',
    wheels: [found.wheel],
    extractedBytes: 1e9,
  };
}
