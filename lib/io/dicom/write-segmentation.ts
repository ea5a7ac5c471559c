import { randomUUID } from 'node:crypto';
import type { Volume } from '../image';
import { writeFileWhole } from '../write-file';
import { cielab } from './cielab';
import { encodeFile, type DicomItem } from './encode';
import {
  framesWithPixels,
  MOST_FRACTION,
  packBinary,
  packFractions,
  type SegmentFrame,
} from './segmentation-frames';
import {
  checkSegmentation,
  type DicomCode,
  type Segment,
  type WriteDicomSegmentationOptions,
} from './segmentation-options';
import type { DicomSlice } from './slices';
import { pileAffine } from './slice-geometry';
import { tagOf, type Keyword } from './tags';
import { EXPLICIT_LITTLE_ENDIAN } from './transfer-syntax';

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
/** Derived from a random UUID, as this root means (PS3.5 annex B.2). */
const IMPLEMENTATION = '2.25.207911294230514586914402811405219071345';
const TISSUE: DicomCode = { value: '85756007', scheme: 'SCT', meaning: 'Tissue' };
const SEGMENTATION: DicomCode = { value: '113076', scheme: 'DCM', meaning: 'Segmentation' };
const SOURCE_IMAGE: DicomCode = {
  value: '121322',
  scheme: 'DCM',
  meaning: 'Source image for image processing operation',
};

/**
 * Writes a mask as a DICOM segmentation (SEG) of the series that it was made from: patient and study of the series, a
 * frame for each slice in which a segment has pixels, its place, and a reference to the slice's own instance.
 *
 * Mask: [slices, rows, columns] on the grid of the series. Binary: segment numbers; fractional: a channel for each segment.
 *
 * Source: DICOM PS3.3 A.51 and C.8.20.
 *
 * @param slices those of `readDicomSeries`, in its order
 * @throws RangeError for a mask that is not on the series' grid, labels without a segment, text that DICOM cannot hold
 */
export function writeDicomSegmentation(
  file: string,
  mask: Volume,
  slices: readonly DicomSlice[],
  options: WriteDicomSegmentationOptions,
): void {
  writeFileWhole(file, encodeDicomSegmentation(mask, slices, options));
}

/** The same in memory. */
export function encodeDicomSegmentation(
  mask: Volume,
  slices: readonly DicomSlice[],
  options: WriteDicomSegmentationOptions,
): Uint8Array {
  checkSegmentation(mask, slices, options);
  const instance = newUid();
  const meta: DicomItem = {
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: SEGMENTATION_STORAGE,
    MediaStorageSOPInstanceUID: instance,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: IMPLEMENTATION,
  };
  const frames = framesWithPixels(mask, options.segments.length);
  const dataSet: DicomItem = {
    ...identity(slices, options, instance),
    ...imagePixels(mask, frames, options),
    SegmentSequence: options.segments.map((segment) => describeSegment(segment, options)),
    ...dimensions(frames, slices),
    ReferencedSeriesSequence: referencedSeries(slices),
    SharedFunctionalGroupsSequence: [sharedGroups(slices)],
  };
  return encodeFile(meta, dataSet);
}

/** Patient, study, series and equipment. */
function identity(
  slices: readonly DicomSlice[],
  { contentLabel = 'SEGMENTATION', seriesDescription, seriesNumber }: WriteDicomSegmentationOptions,
  instance: string,
): DicomItem {
  const { header } = slices[0];
  const now = new Date().toISOString();
  const date = now.slice(0, 10).replaceAll('-', '');
  const time = now.slice(11, 19).replaceAll(':', '');
  const copied: Keyword[] = [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ReferringPhysicianName',
    'StudyDescription',
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'FrameOfReferenceUID',
    'PositionReferenceIndicator',
  ];
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ...Object.fromEntries(copied.map((keyword) => [keyword, header.dataSet.text(keyword) ?? ''])),
    ImageType: ['DERIVED', 'PRIMARY'],
    SOPClassUID: SEGMENTATION_STORAGE,
    SOPInstanceUID: instance,
    SeriesDate: date,
    SeriesTime: time,
    ContentDate: date,
    ContentTime: time,
    Modality: 'SEG',
    Manufacturer: 'segcourse',
    ManufacturerModelName: 'segcourse',
    DeviceSerialNumber: '1',
    SoftwareVersions: '1',
    SeriesDescription: seriesDescription ?? 'Segmentation',
    SeriesInstanceUID: newUid(),
    SeriesNumber: seriesNumber ?? (header.seriesNumber ?? 0) + 1000,
    InstanceNumber: 1,
    ContentLabel: contentLabel,
    ContentDescription: seriesDescription ?? 'Segmentation',
    ContentCreatorName: '',
  };
}

function imagePixels(
  mask: Volume,
  frames: readonly SegmentFrame[],
  { kind = 'binary' }: WriteDicomSegmentationOptions,
): DicomItem {
  const binary = kind === 'binary';
  const bits = binary ? 1 : 8;
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames.length,
    Rows: mask.shape[1],
    Columns: mask.shape[2],
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    SegmentationType: binary ? 'BINARY' : 'FRACTIONAL',
    SegmentsOverlap: binary ? 'NO' : 'UNDEFINED',
    ...(binary ? {} : { SegmentationFractionalType: 'PROBABILITY', MaximumFractionalValue: MOST_FRACTION }),
    PixelData: binary ? packBinary(mask, frames) : packFractions(mask, frames),
  };
}

function describeSegment(
  { number, label, category = TISSUE, type = TISSUE, colour, description, algorithm = 'AUTOMATIC' }: Segment,
  { algorithmName = 'segcourse' }: WriteDicomSegmentationOptions,
): DicomItem {
  return {
    SegmentNumber: number,
    SegmentLabel: label,
    SegmentDescription: description,
    SegmentAlgorithmType: algorithm,
    SegmentAlgorithmName: algorithm === 'MANUAL' ? undefined : algorithmName,
    SegmentedPropertyCategoryCodeSequence: [code(category)],
    SegmentedPropertyTypeCodeSequence: [code(type)],
    RecommendedDisplayCIELabValue: colour && cielab(colour),
  };
}

/** The frames' places among segments and slices, and what each frame is. */
function dimensions(frames: readonly SegmentFrame[], slices: readonly DicomSlice[]): DicomItem {
  const organization = newUid();
  const index = (pointer: Keyword, group: Keyword): DicomItem => ({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: tagOf(pointer),
    FunctionalGroupPointer: tagOf(group),
  });
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: [
      index('ReferencedSegmentNumber', 'SegmentIdentificationSequence'),
      index('ImagePositionPatient', 'PlanePositionSequence'),
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, slice }) => ({
      FrameContentSequence: [{ DimensionIndexValues: [segment, slice + 1] }],
      PlanePositionSequence: [{ ImagePositionPatient: slices[slice].position }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
      DerivationImageSequence: [derivation(slices[slice])],
    })),
  };
}

function derivation(slice: DicomSlice): DicomItem {
  const { header, frame } = slice;
  return {
    DerivationCodeSequence: [code(SEGMENTATION)],
    SourceImageSequence: [
      {
        ...reference(slice),
        ReferencedFrameNumber: header.frames > 1 ? frame + 1 : undefined,
        SpatialLocationsPreserved: 'YES',
        PurposeOfReferenceCodeSequence: [code(SOURCE_IMAGE)],
      },
    ],
  };
}

function sharedGroups(slices: readonly DicomSlice[]): DicomItem {
  const { orientation, pixelSpacing, header } = slices[0];
  const { affine } = pileAffine(slices);
  const spacing = Math.hypot(affine[0], affine[4], affine[8]);
  return {
    PlaneOrientationSequence: [{ ImageOrientationPatient: orientation }],
    PixelMeasuresSequence: [
      {
        PixelSpacing: pixelSpacing,
        SliceThickness: header.sliceThickness ?? spacing,
        SpacingBetweenSlices: spacing,
      },
    ],
  };
}

/** Every instance of the series that the mask covers. */
function referencedSeries(slices: readonly DicomSlice[]): DicomItem[] {
  const instances = new Map(slices.map((slice) => [slice.header.sopInstanceUid, reference(slice)]));
  return [
    {
      SeriesInstanceUID: slices[0].header.seriesInstanceUid ?? '',
      ReferencedInstanceSequence: [...instances.values()],
    },
  ];
}

function reference({ header }: DicomSlice): DicomItem {
  return {
    ReferencedSOPClassUID: header.sopClassUid ?? '',
    ReferencedSOPInstanceUID: header.sopInstanceUid ?? '',
  };
}

function code({ value, scheme, meaning }: DicomCode): DicomItem {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

/** The root 2.25 with a random UUID as a decimal number. */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}
