/** How a network of the SAM family takes an image. */
export interface SamFamily {
  title: string;
  /** 'longest': in proportion, at the top left of a square of zeros; 'square': stretched to a square. */
  fit: 'longest' | 'square';
  /** How the image is made larger or smaller: of bytes as Pillow does, of floats as PyTorch with antialiasing. */
  resampling: 'pillow' | 'bilinear' | 'cubic' | 'nearest';
  /** Samples less ImageNet's mean, over its deviation; or from 0, the darkest, to 1, the brightest. */
  normalization: 'imagenet' | 'minMax';
  /** What a decoder that gives four masks is asked for: several for one click and one for more, or always the best of three. */
  answers: 'ambiguous' | 'best';
  /** How the decoder takes the mask of the answer before: as logits, or as probabilities. */
  maskInput: 'logits' | 'probabilities';
  /** Of the encoder's input, where the file does not say it. */
  side: number;
  /** What makes or brings encoder.onnx and decoder.onnx, a command a line; <folder> is where they are looked for. */
  commands: readonly string[];
}

const EXPORT = 'python lib/prompt/export_sam.py';
const PACKAGES = 'python -m pip install torch torchvision onnx segment-anything==1.0';

/**
 * What `openSam` knows. Pre- and post-processing of 'sam' and 'mobile-sam' equal segment-anything's, and those of 'sam-med2d'
 * its own predictor's; the others follow the code that was published with them.
 */
export const SAM_FAMILIES = {
  sam: {
    title: 'Segment Anything (Kirillov et al. 2023), ViT-B',
    fit: 'longest',
    resampling: 'pillow',
    normalization: 'imagenet',
    answers: 'ambiguous',
    maskInput: 'logits',
    side: 1024,
    commands: [
      PACKAGES,
      'curl -LO https://dl.fbaipublicfiles.com/segment_anything/sam_vit_b_01ec64.pth',
      `${EXPORT} sam_vit_b_01ec64.pth --type vit_b --out <folder>`,
    ],
  },
  'mobile-sam': {
    title: 'MobileSAM (Zhang et al. 2023)',
    fit: 'longest',
    resampling: 'pillow',
    normalization: 'imagenet',
    answers: 'ambiguous',
    maskInput: 'logits',
    side: 1024,
    commands: [
      `${PACKAGES} timm git+https://github.com/ChaoningZhang/MobileSAM.git`,
      'curl -LO https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt',
      `${EXPORT} mobile_sam.pt --type vit_t --package mobile_sam --out <folder>`,
    ],
  },
  'edge-sam': {
    title: 'EdgeSAM (Zhou et al. 2023), three epochs of distillation',
    fit: 'longest',
    resampling: 'pillow',
    normalization: 'imagenet',
    answers: 'ambiguous',
    maskInput: 'logits',
    side: 1024,
    commands: [
      'mkdir -p <folder>',
      'curl -L https://huggingface.co/spaces/chongzhou/EdgeSAM/resolve/main/weights/edge_sam_3x_encoder.onnx -o <folder>/encoder.onnx',
      'curl -L https://huggingface.co/spaces/chongzhou/EdgeSAM/resolve/main/weights/edge_sam_3x_decoder.onnx -o <folder>/decoder.onnx',
    ],
  },
  sam2: {
    title: 'SAM 2 (Ravi et al. 2024), images, Hiera-Tiny',
    fit: 'square',
    resampling: 'bilinear',
    normalization: 'imagenet',
    answers: 'ambiguous',
    maskInput: 'logits',
    side: 1024,
    commands: [
      'python -m pip install "samexporter[export]" git+https://github.com/facebookresearch/sam2.git',
      'curl -LO https://dl.fbaipublicfiles.com/segment_anything_2/072824/sam2_hiera_tiny.pt',
      'mkdir -p <folder>',
      'python -m samexporter.export_sam2 --checkpoint sam2_hiera_tiny.pt --output_encoder <folder>/encoder.onnx --output_decoder <folder>/decoder.onnx --model_type sam2_hiera_tiny',
    ],
  },
  medsam: {
    title: 'MedSAM (Ma et al. 2024); trained on boxes alone',
    fit: 'square',
    resampling: 'cubic',
    normalization: 'minMax',
    answers: 'ambiguous',
    maskInput: 'logits',
    side: 1024,
    commands: [
      PACKAGES,
      'curl -LO https://zenodo.org/records/10689643/files/medsam_vit_b.pth',
      `${EXPORT} medsam_vit_b.pth --type vit_b --out <folder>`,
    ],
  },
  'sam-med2d': {
    title: 'SAM-Med2D (Cheng et al. 2023)',
    fit: 'square',
    resampling: 'nearest',
    normalization: 'imagenet',
    answers: 'best',
    maskInput: 'probabilities',
    side: 256,
    commands: [
      'git clone https://github.com/OpenGVLab/SAM-Med2D.git && cd SAM-Med2D',
      'python -m pip install "torch<2.6" torchvision onnx onnxruntime opencv-python albumentations gdown',
      'gdown 1ARiB5RkSsWmAB_8mqWnwDF8ZKTtFwsjl -O sam-med2d_b.pth',
      'mkdir -p <folder>',
      'python scripts/export_onnx_encoder_model.py --sam_checkpoint sam-med2d_b.pth --model-type vit_b --image_size 256 --output <folder>/encoder.onnx',
      'python scripts/export_onnx_model.py --sam_checkpoint sam-med2d_b.pth --model-type vit_b --image_size 256 --output <folder>/decoder.onnx',
    ],
  },
} as const satisfies Record<string, SamFamily>;

export type SamFamilyName = keyof typeof SAM_FAMILIES;

/** @throws RangeError for an unknown name, listing the known ones */
export function samFamily(owner: string, name: string): SamFamily {
  if (Object.hasOwn(SAM_FAMILIES, name)) return SAM_FAMILIES[name as SamFamilyName];
  throw new RangeError(`${owner}: got '${name}'; expected one of: ${Object.keys(SAM_FAMILIES).join(', ')}`);
}
