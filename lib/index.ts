export { recomputed, setSeed, tf } from './runtime';
export { DISPLAY, displayable } from './display/bundle';
export type { Displayable } from './display/bundle';
export { showImages } from './display/images';
export type { ImageOptions } from './display/images';
export type { ImageInput, PixelArray } from './display/pixels';
export { labelMap } from './display/label-map';
export type { Overlay } from './display/overlay';
export type { ColourMap, IntensityScale } from './display/intensity';
export { showChart } from './display/chart';
export type { ChartSpec } from './display/chart';
export { barChart, histogram, lineChart } from './display/chart-helpers';
export { LiveChart, liveChart } from './display/live-chart';
export type { LiveChartOptions } from './display/live-chart';
export { ProgressBar, progressBar } from './display/progress-bar';
export type { ProgressOptions } from './display/progress-bar';
export { showTable } from './display/table';
export type { Status, TableOptions, TableRows } from './display/table';
export { showSummary, summaryText } from './display/model-summary';
export { annotate } from './annotate/annotate';
export type { AnnotateOptions } from './annotate/annotate';
export type { Annotation } from './annotate/annotation';
export { objectMasks } from './annotate/object-masks';
export { showPrompted } from './annotate/prompted-pictures';
export type { PromptedPicture, PromptedPicturesOptions } from './annotate/prompted-pictures';
export type { Prompter } from './annotate/prompter';
export type { SaveDicomOptions, SaveNiftiOptions } from './annotate/save';
export type { AnnotatedObject } from './annotate/scene';
export { animation } from './display/animation';
export type { AnimationOptions } from './display/animation';
export { explorer } from './display/explorer';
export type { ExplorerControls, ExplorerOptions, ExplorerValues } from './display/explorer';
export type { Frame, FramePicture } from './display/frames';
export { normalizationExplorer } from './display/normalization-explorer';
export type { NormalizationExplorerOptions } from './display/normalization-explorer';
export { transposedConvolutionOverview, transposedConvolutionSteps } from './display/transposed-diagram';
export type { Grid, TransposedShape } from './display/transposed-diagram';
export { unetDiagram } from './display/unet-diagram';
export type { UNetDiagramOptions } from './display/unet-diagram';
export { graphDiagram } from './display/graph-diagram';
export type { GraphDiagramOptions, GraphEdge, GraphNode } from './display/graph-diagram';
export { embeddingChart } from './display/embedding-chart';
export type { EmbeddingChartOptions, EmbeddingPanel } from './display/embedding-chart';
export { segmentationVideo } from './display/segmentation-video';
export type { SegmentationVideoOptions, SegmentedFrame } from './display/segmentation-video';
export type { Diagram } from './display/diagram';
export { BottleneckBlock, DownsamplingBlock, InputBlock, OutputBlock, UpsamplingBlock } from './nn/blocks';
export type { ChannelOptions, DownsamplingOutput } from './nn/blocks';
export { GroupNormalization } from './nn/layers';
export type {
  Activation,
  Dimensions,
  Dropout,
  FeatureMap,
  Normalization,
  Size,
  Upsampling,
} from './nn/layers';
export { SegmentationModel } from './nn/segmentation-model';
export type { Architecture } from './nn/segmentation-model';
export { modelSummary } from './nn/summary';
export type { LayerSummary, ModelSummary, SummaryOptions } from './nn/summary';
export { receptiveField } from './nn/receptive-field';
export type { ReceptiveField, ReceptiveFieldOptions } from './nn/receptive-field';
export { DownsamplingPath, UpsamplingPath } from './nn/paths';
export type { DownsamplingPathOptions, UpsamplingPathOptions } from './nn/paths';
export { FCN } from './nn/models/fcn';
export type { FCNOptions, FCNVariant } from './nn/models/fcn';
export type { FCNAlignment } from './nn/models/fcn-decoder';
export { MobileUNet } from './nn/models/mobile-unet';
export type { MobileUNetOptions } from './nn/models/mobile-unet';
export { VGG16 } from './nn/models/vgg16';
export type { VGG16Options, VGG16Output } from './nn/models/vgg16';
export { SqueezeNet } from './nn/models/squeezenet';
export type { SqueezeNetOptions, SqueezeNetOutput } from './nn/models/squeezenet';
export type { InitialWeights } from './nn/models/vgg16-layers';
export { BasicUNet } from './nn/models/basic-unet';
export type { BasicUNetOptions } from './nn/models/basic-unet';
export { UNet } from './nn/models/unet';
export type { Downsampling, UNetOptions } from './nn/models/unet';
export { ResidualUNet } from './nn/models/residual-unet';
export type { ResidualUNetOptions } from './nn/models/residual-unet';
export { VNet } from './nn/models/vnet';
export type { VNetOptions } from './nn/models/vnet';
export { UNetPlusPlus } from './nn/models/unet-plus-plus';
export type { UNetPlusPlusOptions } from './nn/models/unet-plus-plus';
export { AttentionUNet } from './nn/models/attention-unet';
export type { AttentionUNetOptions, GateMap } from './nn/models/attention-unet';
export { AttentionGate } from './nn/attention-gate';
export type { AttentionGateOptions, GateOutput } from './nn/attention-gate';
export { binaryCrossEntropy } from './losses/binary-cross-entropy';
export type { BinaryCrossEntropyOptions } from './losses/binary-cross-entropy';
export { boundaryLoss } from './losses/boundary';
export type { BoundaryLossOptions } from './losses/boundary';
export { clDiceLoss } from './losses/cldice';
export type { ClDiceLossOptions } from './losses/cldice';
export { combinedLoss } from './losses/combined';
export type { CombinedLossOptions } from './losses/combined';
export { crossEntropy } from './losses/cross-entropy';
export type { CrossEntropyOptions } from './losses/cross-entropy';
export { deepSupervisionLoss } from './losses/deep-supervision';
export type { DeepSupervisionLossOptions } from './losses/deep-supervision';
export { diceLoss } from './losses/dice';
export type { DiceLossOptions } from './losses/dice';
export { focalLoss } from './losses/focal';
export type { FocalLossOptions } from './losses/focal';
export { generalisedDiceLoss } from './losses/generalised-dice';
export type { GeneralisedDiceLossOptions } from './losses/generalised-dice';
export { hausdorffLoss } from './losses/hausdorff';
export type { HausdorffLossOptions } from './losses/hausdorff';
export { jaccardLoss } from './losses/jaccard';
export type { JaccardLossOptions } from './losses/jaccard';
export { topKCrossEntropy } from './losses/top-k-cross-entropy';
export type { TopKCrossEntropyOptions } from './losses/top-k-cross-entropy';
export { focalTverskyLoss, tverskyLoss } from './losses/tversky';
export type { FocalTverskyLossOptions, TverskyLossOptions } from './losses/tversky';
export type { LossOptions } from './losses/options';
export {
  confusion,
  diceScore,
  iouScore,
  pixelError,
  precision,
  sensitivity,
  specificity,
} from './metrics/confusion';
export type { Confusion } from './metrics/confusion';
export { classConfusion, confusionMatrix, sumConfusionMatrices } from './metrics/confusion-matrix';
export type { ConfusionMatrix, ConfusionMatrixOptions } from './metrics/confusion-matrix';
export { averageClassScores, classScores } from './metrics/class-scores';
export type { AbsentClasses, ClassScores, ClassScoresOptions, PerClass } from './metrics/class-scores';
export { averagePrecision, matchInstances } from './metrics/instance-matching';
export type {
  AveragePrecision,
  AveragePrecisionOptions,
  InstanceCounts,
  InstanceMatching,
  MatchOptions,
} from './metrics/instance-matching';
export { panopticQuality, panopticQualityPerClass, poolPanopticQuality } from './metrics/panoptic-quality';
export type {
  PanopticClassesOptions,
  PanopticClassQualities,
  PanopticMap,
  PanopticOptions,
  PanopticQuality,
} from './metrics/panoptic-quality';
export { aggregatedJaccard, aggregatedJaccardPlus } from './metrics/aggregated-jaccard';
export { expectedCalibrationError, maximumCalibrationError, reliabilityDiagram } from './metrics/calibration';
export type { ReliabilityBin, ReliabilityOptions } from './metrics/calibration';
export { bootstrapInterval } from './metrics/bootstrap';
export type { BootstrapInterval, BootstrapOptions } from './metrics/bootstrap';
export { connectedComponents, labelComponents } from './metrics/components';
export type { Components } from './metrics/components';
export type { Connectivity, PlaneConnectivity, SpaceConnectivity } from './metrics/connectivity';
export { watershedLines } from './metrics/watershed-lines';
export { distanceTransform, nearestZeros } from './metrics/distance-transform';
export type { NearestZeros } from './metrics/distance-transform';
export { classSurfaceDistances, surfaceDistances } from './metrics/surface-distances';
export type {
  DirectedDistances,
  SurfaceDirection,
  SurfaceDistances,
  SurfaceKind,
  SurfaceOptions,
} from './metrics/surface-distances';
export { averageSurfaceDistance, hausdorffDistance, surfaceDice } from './metrics/surface-scores';
export type { HausdorffOptions, SurfaceScoreOptions } from './metrics/surface-scores';
export { membraneScores, regionScores } from './metrics/rand-information';
export type { BestScores, SegmentationScores } from './metrics/rand-information';
export { adaptedRandError, randError } from './metrics/rand-error';
export type { AdaptedRand, AdaptedRandOptions } from './metrics/rand-error';
export { variationOfInformation } from './metrics/variation-of-information';
export type { VariationOfInformation } from './metrics/variation-of-information';
export { warpingError } from './metrics/warping-error';
export type { WarpingError, WarpingErrorOptions } from './metrics/warping-error';
export type { TopologicalErrors } from './metrics/topological-errors';
export { keepLargestComponent, removeSmallComponents } from './postprocessing/components';
export type { KeepLargestOptions, RemoveSmallOptions } from './postprocessing/components';
export type { ClassGroups } from './postprocessing/component-groups';
export { fillLabelHoles } from './postprocessing/label-holes';
export type { FillLabelHolesOptions } from './postprocessing/label-holes';
export { separateInstances } from './postprocessing/instances';
export type { SeparationOptions } from './postprocessing/instances';
export { largestComponentRule } from './postprocessing/largest-rule';
export type {
  LabelledCase,
  LargestDecision,
  LargestRule,
  LargestRuleOptions,
} from './postprocessing/largest-rule';
export { findContours } from './postprocessing/contours';
export type { Contour, ContourOptions } from './postprocessing/contours';
export { labelsToGeoJson, writeGeoJson } from './postprocessing/geojson';
export type { GeoJsonCollection, GeoJsonFeature, GeoJsonOptions } from './postprocessing/geojson';
export { labelsToCoco, writeCoco } from './postprocessing/coco';
export type { CocoAnnotation, CocoDataset, CocoMask, CocoOptions, CocoSource } from './postprocessing/coco';
export { maskPolygons } from './postprocessing/polygons';
export type { Polygon, Ring } from './postprocessing/polygons';
export { marchingCubes } from './postprocessing/marching-cubes';
export type { MarchingCubesOptions } from './postprocessing/marching-cubes';
export { smoothSurface } from './postprocessing/smooth-surface';
export type { SmoothSurfaceOptions } from './postprocessing/smooth-surface';
export { encodeStl, writeStl } from './postprocessing/stl';
export type { StlOptions } from './postprocessing/stl';
export { enclosedVolume, surfaceArea } from './postprocessing/surface';
export type { Surface } from './postprocessing/surface';
export { watershed } from './postprocessing/watershed';
export type { WatershedOptions } from './postprocessing/watershed';
export { closing, dilation, erosion, opening } from './postprocessing/morphology';
export type { MorphologyOptions } from './postprocessing/morphology';
export type { ElementShape } from './postprocessing/structuring-element';
export { PromptableModel } from './prompt/promptable-model';
export type { Promptable, PromptedMask } from './prompt/promptable-model';
export type { PromptImage } from './prompt/prompt-image';
export type { PromptBox, PromptPoint, Prompts } from './prompt/prompts';
export { RegionGrowing } from './prompt/region-growing';
export { promptNetwork } from './prompt/prompt-network';
export type { PromptNetworkOptions } from './prompt/prompt-network';
export { promptNetworkReady } from './prompt/prompt-network-ready';
export { NetworkSegmenter } from './prompt/network-segmenter';
export { promptSplit } from './prompt/training-scenes';
export { heldOutNuclei } from './prompt/held-out-nuclei';
export type { PromptTrainingProgress } from './prompt/train-network';
export { segmentVolume } from './prompt/segment-volume';
export type { SegmentedVolume, SegmentVolumeOptions } from './prompt/segment-volume';
export { openSam, SamModel } from './prompt/sam-model';
export { SAM_FAMILIES } from './prompt/sam-families';
export type { SamFamily, SamFamilyName } from './prompt/sam-families';
export type { SamFiles } from './prompt/sam-weights';
export { nextClick, simulateClicks } from './prompt/simulated-clicks';
export type { SimulatedClicks } from './prompt/simulated-clicks';
export { BestWeights } from './train/best-weights';
export { loadCheckpoint, saveCheckpoint } from './train/checkpoint';
export type { TrainingState } from './train/checkpoint';
export { EarlyStopping } from './train/early-stopping';
export type { EarlyStoppingOptions } from './train/early-stopping';
export { fit } from './train/fit';
export type { EpochRecord } from './train/epoch-record';
export type {
  CheckpointOptions,
  FitOptions,
  History,
  StepDetails,
  TrainingObserver,
} from './train/fit-options';
export { clipGradientNorm, clipGradientValue, GradientAccumulator, gradientNorm } from './train/gradients';
export { historyFrame } from './train/history-frame';
export { learningRateOf, setLearningRate } from './train/learning-rate';
export { Adam, AdamW } from './train/optimizers/adam';
export type { AdamOptions } from './train/optimizers/adam';
export type { DecayedWeights } from './train/optimizers/options';
export { SGD } from './train/optimizers/sgd';
export type { SGDOptions } from './train/optimizers/sgd';
export { constantRate, cosineRate, polynomialRate, stepRate, warmUp } from './train/schedules';
export type { Schedule } from './train/schedules';
export { batchGradients, evaluateLoss, trainStep } from './train/step';
export type { Loss, ModelOutput, TrainingBatch } from './train/step';
export { tensorBoard, TensorBoardLog } from './train/tensor-board';
export { trainOnce } from './train/train-once';
export type { TrainOnceOptions } from './train/train-once';
export { WeightAverage } from './train/weight-average';
export type { WeightAverageOptions } from './train/weight-average';
export { trainingDisplay } from './train/training-display';
export { loadWeights } from './checkpoints/load-weights';
export type { LoadWeightsOptions } from './checkpoints/load-weights';
export type { LoadReport } from './checkpoints/match-weights';
export type { ModuleTarget, NameMapping } from './checkpoints/name-mapping';
export { basicUNetNames, FCN_NAMES, VGG16_NAMES, VGG16_TO_FCN_NAMES } from './checkpoints/names';
export { saveModel } from './checkpoints/save-model';
export type { SaveModelOptions } from './checkpoints/save-model';
export { saveWeights } from './checkpoints/save-weights';
export { pretrainedFeatures, vggFeatures } from './pretrained/feature-network';
export type { FeatureNetwork } from './pretrained/feature-network';
export { pretrainedVocSegmenter, segmenter } from './pretrained/voc-segmenter';
export type { VocSegmenter } from './pretrained/voc-segmenter';
export { nearestNeighbourAccuracy } from './features/nearest-neighbours';
export { silhouetteScore } from './features/silhouette';
export { tSNE } from './features/t-sne';
export type { TSNEOptions } from './features/t-sne';
export type { Vectors } from './features/vectors';
export { check } from './check/check';
export { applyPalette } from './io/dicom/colour';
export type { Palette } from './io/dicom/colour';
export type { Attribute, DicomDataSet } from './io/dicom/data-set';
export type { DicomHeader, StoredWindow, Vector } from './io/dicom/header';
export { readDicom, readDicomHeader } from './io/dicom/read-dicom';
export type { Dicom, DicomImage, ReadDicomOptions } from './io/dicom/read-dicom';
export { readDicomSeries } from './io/dicom/read-series';
export type { DicomSeries } from './io/dicom/read-series';
export type { ReadDicomSeriesOptions, SeriesProgress } from './io/dicom/series-options';
export type { DicomSlice } from './io/dicom/slices';
export type { DicomCode, Segment, WriteDicomSegmentationOptions } from './io/dicom/segmentation-options';
export { VOI_WINDOWS, windowed } from './io/dicom/window';
export type { VoiWindow, VoiWindowName } from './io/dicom/window';
export { encodeDicomSegmentation, writeDicomSegmentation } from './io/dicom/write-segmentation';
export { pageOf, spacingOf } from './io/image';
export type { Image, Samples, Volume } from './io/image';
export { mghSlices, readMgh, readMghHeader } from './io/mgh';
export type { MghHeader } from './io/mgh-header';
export { writeMgh } from './io/mgh-write';
export { niftiSlices, readNifti, readNiftiHeader } from './io/nifti';
export type { NiftiAffineOptions, NiftiSlicesOptions, ReadNiftiOptions } from './io/nifti';
export type { AffineSource } from './io/nifti-affine';
export type { NiftiHeader } from './io/nifti-header';
export { writeNifti } from './io/nifti-write';
export type { WriteNiftiOptions } from './io/nifti-write';
export { orientationOf, reorient, toRas } from './io/orientation';
export type { OrientationCode } from './io/orientation';
export type { StoredType, VolumeLayout } from './io/volume-layout';
export type { IndexRange, ReadVolumeOptions, VolumeRangeOptions, VolumeSlice } from './io/volume-voxels';
export { selectPages } from './io/image-stack';
export type { ImageStack, Pixels } from './io/image-stack';
export { readNpy, writeNpy } from './io/npy';
export type { ReadNpyOptions } from './io/npy';
export { readNpz, writeNpz } from './io/npz';
export type { ReadNpzOptions } from './io/npz';
export { readPicture } from './io/picture';
export type { ReadPictureOptions } from './io/picture';
export { writePng } from './io/png-write';
export { readImage } from './io/read-image';
export type { ReadImageOptions } from './io/read-image';
export { readGraphModel } from './io/graph-model';
export type { ReadGraphModelOptions } from './io/graph-model';
export { readSafetensors } from './io/safetensors';
export type { NamedArray, Safetensors } from './io/safetensors';
export { readTiff } from './io/tiff';
export type { ReadTiffOptions } from './io/tiff';
export { openTiff } from './io/tiff-file';
export type { Region, TiffFile, TiffOptions, TiffPage } from './io/tiff-file';
export { TiffWriter, writeTiff } from './io/tiff-write';
export type { TiffPageOptions, WriteTiffOptions } from './io/tiff-write';
export { readVideo } from './io/video';
export type { ReadVideoOptions, Video } from './io/video';
export { readVideoHeader } from './io/video-header';
export type { VideoHeader } from './io/video-header';
export { writeVideo } from './io/video-write';
export type { WriteVideoOptions } from './io/video-write';
export { readTorch } from './io/torch/read-torch';
export type { TorchCheckpoint } from './io/torch/read-torch';
export { stateDict } from './io/torch/state-dict';
export type { StateDict, StateDictOptions } from './io/torch/state-dict';
export { flipHorizontal, flipVertical } from './transforms/flip';
export { rotate90 } from './transforms/rotate90';
export { randomFlipRotate } from './transforms/flip-rotate';
export { resizeBilinear, resizeNearest } from './transforms/resize';
export { inverseRadon } from './transforms/artefacts/inverse-radon';
export type { InverseRadonOptions } from './transforms/artefacts/inverse-radon';
export { metalArtefacts } from './transforms/artefacts/metal-artefacts';
export type { Metal, MetalOptions } from './transforms/artefacts/metal-artefacts';
export { addPhotonNoise, lowDoseCt } from './transforms/artefacts/photon-noise';
export type { PhotonOptions } from './transforms/artefacts/photon-noise';
export type { ProjectionFilter } from './transforms/artefacts/projection-filters';
export { radon } from './transforms/artefacts/radon';
export type { RadonOptions, Sinogram } from './transforms/artefacts/radon';
export { addDetectorGains, ringArtefacts } from './transforms/artefacts/ring-artefacts';
export type { RingOptions } from './transforms/artefacts/ring-artefacts';
export { attenuationOf, hounsfieldOf, WATER_ATTENUATION } from './transforms/artefacts/scanner';
export type { ScannerOptions } from './transforms/artefacts/scanner';
export { addBiasField, biasField, biasFieldTerms, randomBiasField } from './transforms/intensity/bias-field';
export type { BiasFieldOptions } from './transforms/intensity/bias-field';
export { gaussianBlur, lowerResolution, randomBlur, randomLowResolution } from './transforms/intensity/blur';
export {
  adjustBrightness,
  adjustContrast,
  randomBrightness,
  randomContrast,
} from './transforms/intensity/brightness';
export type {
  BrightnessOptions,
  ContrastOptions,
  RandomBrightnessOptions,
} from './transforms/intensity/brightness';
export { clahe } from './transforms/intensity/clahe';
export type { ClaheOptions } from './transforms/intensity/clahe';
export { claheOpenCv } from './transforms/intensity/clahe-opencv';
export type { ClaheOpenCvOptions } from './transforms/intensity/clahe-opencv';
export { cutout, randomCutout } from './transforms/intensity/cutout';
export type { RandomCutoutOptions } from './transforms/intensity/cutout';
export { equalizeHistogram } from './transforms/intensity/equalize';
export type { EqualizeHistogramOptions } from './transforms/intensity/equalize';
export { applyNormalization, fitNormalization } from './transforms/intensity/fit-normalization';
export type { FitNormalizationOptions, FittedNormalization } from './transforms/intensity/fit-normalization';
export { adjustGamma, randomGamma } from './transforms/intensity/gamma';
export type { GammaOptions, RandomGammaOptions } from './transforms/intensity/gamma';
export { addGhosting, randomGhosting } from './transforms/intensity/ghosting';
export type { GhostingOptions, RandomGhostingOptions } from './transforms/intensity/ghosting';
export { addMotion, randomMotion } from './transforms/intensity/motion';
export type { MotionOptions, PatientPose, RandomMotionOptions } from './transforms/intensity/motion';
export {
  addGaussianNoise,
  addRicianNoise,
  addSaltAndPepper,
  randomNoise,
} from './transforms/intensity/noise';
export type { RandomNoiseOptions, SaltAndPepperOptions } from './transforms/intensity/noise';
export {
  clipPercentiles,
  CT_WINDOWS,
  ctWindow,
  medianIqr,
  minMax,
  zScore,
} from './transforms/intensity/normalize';
export type {
  CtWindow,
  CtWindowName,
  MinMaxOptions,
  PercentileOptions,
  StatisticsOptions,
  ZScoreOptions,
} from './transforms/intensity/normalize';
export type { NyulLandmarks } from './transforms/intensity/nyul';
export type { InFloats, Interval } from './transforms/intensity/planes';
export type { Random } from './transforms/intensity/random-numbers';
export type { Scaling, ScalingMethod, ScalingOptions, Scope } from './transforms/intensity/scaling';
export { addSpikes } from './transforms/intensity/spikes';
export type { SpikesOptions } from './transforms/intensity/spikes';
export {
  aboutCentre,
  composeMaps,
  identityMap,
  invertMap,
  rotationMap,
  scalingMap,
  shearMap,
  translationMap,
} from './transforms/spatial/affine';
export type { AffineMap, Shear } from './transforms/spatial/affine';
export type { Border, Order } from './transforms/spatial/borders';
export { gridDisplacement, smoothDisplacement } from './transforms/spatial/elastic';
export type { GridDisplacementOptions, SmoothDisplacementOptions } from './transforms/spatial/elastic';
export { fillHoles } from './transforms/spatial/fill-holes';
export { flip, quarterTurn } from './transforms/spatial/flips';
export { cropToNonzero } from './transforms/spatial/nonzero';
export type { NonzeroCrop, NonzeroOptions } from './transforms/spatial/nonzero';
export { drawPatch, forcesForeground, randomPatch } from './transforms/spatial/patch';
export type { PatchOptions } from './transforms/spatial/patch';
export { resizeLabels } from './transforms/spatial/resample-labels';
export { resampleToShape, resampleToSpacing } from './transforms/spatial/resample-spacing';
export type { ResampleOptions } from './transforms/spatial/resample-spacing';
export { resize } from './transforms/spatial/resize';
export type { ResizeOptions } from './transforms/spatial/resize';
export { elasticDeform, move, movementMap, rotate, warpSample } from './transforms/spatial/spatial';
export type { Elastic, Movement, SampleOptions } from './transforms/spatial/spatial';
export { transposeAxes } from './transforms/spatial/transpose';
export { mapCoordinates, warp } from './transforms/spatial/warp';
export type { Displacement, Geometry, SamplingOptions, WarpOptions } from './transforms/spatial/warp';
export { cropBox, cropOrPad, padToMultiple, restoreBox } from './transforms/spatial/window';
export type { Box, Cropped, PadOptions } from './transforms/spatial/window';
export { compose } from './transforms/pipeline';
export type {
  Changed,
  Sample,
  Json,
  Pipeline,
  PipelineDescription,
  SampleNumber,
  Step,
  Transform,
} from './transforms/pipeline';
export { nnUNetAugmentation } from './transforms/pipeline-recipe';
export type { NnUNetAugmentationOptions } from './transforms/pipeline-recipe';
export {
  eachChannel,
  imageTransform,
  centreCrop,
  randomCrop,
  randomFlip,
  randomMovement,
  randomQuarterTurn,
} from './transforms/pipeline-transforms';
export type { RandomCropOptions, RandomMovementOptions } from './transforms/pipeline-transforms';
export { ensemble, withProbabilities } from './inference/ensemble';
export type { ClassActivation } from './inference/ensemble';
export type { Padding } from './inference/canvas';
export { predictedLabels } from './inference/labels';
export type { LabelOptions } from './inference/labels';
export type { Predict } from './inference/predict';
export { predictTiff } from './inference/predict-tiff';
export type { PredictTiffOptions } from './inference/predict-tiff';
export { slidingWindow } from './inference/sliding-window';
export type { Prediction } from './inference/sliding-window';
export { mirrored, mirrorMembers, rotated, rotationMembers } from './inference/test-time-augmentation';
export { fitTemperature, withTemperature } from './inference/temperature';
export type { FittedTemperature, TemperatureOptions } from './inference/temperature';
export { fitThreshold } from './inference/threshold';
export type { FittedThreshold, ThresholdCase, ThresholdOptions, ThresholdScore } from './inference/threshold';
export type { Tiling } from './inference/tiling';
export { uncertainty } from './inference/uncertainty';
export type { Uncertainty } from './inference/uncertainty';
export type { SlidingWindowOptions, WindowProgress } from './inference/window-options';
export type { WindowWeights } from './inference/window-weights';
export type { Decision } from './planning/decision';
export { datasetFingerprint } from './planning/fingerprint';
export type {
  Fingerprint,
  FingerprintOptions,
  IntensityProperties,
  PlanningCase,
} from './planning/fingerprint';
export { fingerprintJson, readFingerprintJson } from './planning/fingerprint-json';
export type { FingerprintJson } from './planning/fingerprint-json';
export { featureMapNumbers, featuresOf } from './planning/memory-estimate';
export type { NormalizationScheme, PlannedNormalization } from './planning/normalization-scheme';
export { planBatchSize, planPatch } from './planning/patch-size';
export type { BatchSizeOptions, PatchPlan, PatchPlanOptions } from './planning/patch-size';
export { planDataset } from './planning/plan';
export type { Configuration, DatasetPlan, PlanningDataset, PlanOptions } from './planning/plan';
export { plansJson } from './planning/plans-json';
export type { PlansJson, PlansJsonOptions, ReaderName } from './planning/plans-json';
export { readPlansJson } from './planning/read-plans-json';
export { poolingPlan } from './planning/pooling';
export type { PoolingPlan } from './planning/pooling';
export { targetSpacing } from './planning/target-spacing';
export type { TargetSpacing } from './planning/target-spacing';
export { buildNetwork } from './workflow/build-network';
export type { BuildNetworkOptions } from './workflow/build-network';
export { readDatasetJson } from './workflow/dataset-json';
export type { DatasetDescription } from './workflow/dataset-json';
export type { LabelScheme, LabelValue } from './workflow/label-scheme';
export { checkIntegrity } from './workflow/integrity';
export type { IntegrityOptions, IntegrityProblem, IntegrityReport } from './workflow/integrity';
export { openRawDataset } from './workflow/raw-dataset';
export type { RawCase, RawDataset, TrainingCase } from './workflow/raw-dataset';
export { readCase } from './workflow/read-case';
export type { CaseGeometry, CaseImage } from './workflow/read-case';
export { preprocessCase } from './workflow/preprocess';
export type {
  CaseProperties,
  PreprocessedCase,
  PreprocessingConfiguration,
  PreprocessingPlan,
} from './workflow/preprocess';
export { restoreLabels, restoreProbabilities } from './workflow/restore';
export type { PredictedValues, RestoreOptions } from './workflow/restore';
export { trainingLoss } from './workflow/training-loss';
export { labelScores, summarise } from './workflow/label-scores';
export type { LabelScore, LabelScores, ScoreSummary } from './workflow/label-scores';
export { nnUNetSplits, splitsOf } from './workflow/splits';
export type { CaseSplit } from './workflow/splits';
export { trainDataset } from './workflow/train';
export type { TrainOptions } from './workflow/train';
export { trainFolder } from './workflow/train-folder';
export type { TrainFolderOptions } from './workflow/train-folder';
export type { FoldResult } from './workflow/train-fold';
export { readFold } from './workflow/read-fold';
export { openResults } from './workflow/results';
export type { ConfigurationName, Fold, Results, TrainingRequest, TrainingSettings } from './workflow/results';
export { predictFiles } from './workflow/predict';
export type { PredictedCase, PredictOptions } from './workflow/predict';
export { Predictor } from './workflow/predict-case';
export type { PredictorOptions } from './workflow/predict-case';
export { writeRawDataset } from './workflow/write-raw-dataset';
export type { RawDescription, RawSample } from './workflow/write-raw-dataset';
export { evaluatePredictions } from './workflow/evaluate';
export type { CaseEvaluation, EvaluateOptions, Evaluation, MeanScore, MeanScores } from './workflow/evaluate';
export type { InstanceScores, RegionScores } from './workflow/evaluate-case';
export type { CasePair } from './workflow/paired-cases';
export { writeEvaluationReport } from './workflow/evaluation-report';
export type { EvaluationReportOptions } from './workflow/evaluation-report';
export { writeCourseDataset } from './workflow/course-datasets';
export type { CourseDatasetOptions } from './workflow/course-datasets';
export { loadIsbi2012 } from './datasets/isbi2012';
export type { Isbi2012, LoadIsbi2012Options } from './datasets/isbi2012';
export { loadNuclei } from './datasets/nuclei';
export type { LoadNucleiOptions, Nuclei, NucleiImage } from './datasets/nuclei';
export { loadVoc } from './datasets/voc';
export type { LoadVocOptions, Voc, VocPhotograph } from './datasets/voc';
export { classExamples } from './datasets/class-examples';
export type { ClassExample, ClassExamplesOptions } from './datasets/class-examples';
export { loadStreetVideo } from './datasets/street-video';
export type { LoadStreetVideoOptions, StreetVideo } from './datasets/street-video';
export { syntheticStreet } from './datasets/synthetic/street';
export type { StreetFrame, SyntheticStreetOptions } from './datasets/synthetic/street';
export { loadCtSeries } from './datasets/ct-series';
export type { CtSeries, LoadCtSeriesOptions } from './datasets/ct-series';
export { loadBrain3d } from './datasets/brain3d';
export type { Brain3d, LoadBrain3dOptions } from './datasets/brain3d';
export { FREESURFER_GROUPS, groupLabels } from './datasets/label-groups';
export type { GroupedLabels, LabelGroup, LabelGroups } from './datasets/label-groups';
export { loadFolder } from './datasets/folder';
export type { FolderData, LoadFolderOptions } from './datasets/folder';
export type { MaskValues } from './datasets/mask-classes';
export type { MaskedSample } from './datasets/sample';
export type { SourceOptions } from './datasets/source';
export { syntheticEmStack } from './datasets/synthetic-em';
export type { SyntheticEmOptions, SyntheticEmStack } from './datasets/synthetic-em';
export { BRAIN_CLASSES, syntheticBrain } from './datasets/synthetic/brain';
export type { SyntheticBrain, SyntheticBrainOptions } from './datasets/synthetic/brain';
export { syntheticCt } from './datasets/synthetic/ct';
export type { SyntheticCt, SyntheticCtOptions } from './datasets/synthetic/ct';
export { CT_CLASSES } from './datasets/synthetic/ct-anatomy';
export { syntheticNuclei } from './datasets/synthetic/nuclei';
export type { NucleusStain, SyntheticNuclei, SyntheticNucleiOptions } from './datasets/synthetic/nuclei';
export { SHAPE_CLASSES, syntheticShapes } from './datasets/synthetic/shapes';
export type { SyntheticShapes, SyntheticShapesOptions, VocObject } from './datasets/synthetic/shapes';
export { VOC_CLASSES, VOC_COLOURS, VOC_VOID, vocColour } from './datasets/voc-classes';
export type { VocClass } from './datasets/voc-classes';
export { kFold, splitIndices } from './datasets/split';
export type { GroupingOptions, KFoldOptions, Split, SplitOptions } from './datasets/split';
export type { Key } from './datasets/partition';
export { batches } from './datasets/batches';
export type { BatchOptions, SampleTransform } from './datasets/batches';
export { prefetchedBatches } from './datasets/prefetch';
export type { LazySegmentationData, PrefetchOptions } from './datasets/prefetch';
export type { ModuleFunction } from './datasets/worker-task';
export { SampleCache } from './datasets/cache';
export type { CacheKey, SampleCacheOptions } from './datasets/cache';
export type { CachedImages } from './datasets/cache-entry';
export { toTensors } from './datasets/segmentation-data';
export type {
  Batch,
  PreparedBatch,
  SegmentationData,
  SegmentationSamples,
} from './datasets/segmentation-data';
export { dataFolder } from './datasets/data-folder';
export { dataStatus } from './datasets/data-status';
export type { DataStatus } from './datasets/data-status';
export type { DataProgress } from './datasets/data-progress';
export { ensureDataset } from './datasets/ensure';
export type { EnsuredDataset, EnsureOptions } from './datasets/ensure';
export { DataError } from './datasets/data-error';
export { extractArchive } from './datasets/archive';
export type { ExtractArchiveOptions } from './datasets/archive';
export { runtimeInfo } from './runtime';
export type { RuntimeInfo } from './runtime';
export { dataProgress } from './display/data-progress';
export { checkEnvironment, showEnvironment } from './display/environment';
export type { EnvironmentRow } from './display/environment';
