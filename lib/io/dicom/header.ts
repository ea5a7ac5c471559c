import type { Refuse } from '../tiff-directory';
import type { DicomDataSet } from './data-set';

/** One window of a file, in the units of the rescaled values. */
export interface StoredWindow {
  centre: number;
  width: number;
  explanation?: string;
}

export type Vector = readonly [number, number, number];

/** What is most often asked of a DICOM file; everything else is in `dataSet`. */
export interface DicomHeader {
  /** Path, or what the bytes are called. */
  file: string;
  transferSyntaxUid: string;
  sopClassUid?: string;
  sopInstanceUid?: string;
  studyInstanceUid?: string;
  seriesInstanceUid?: string;
  frameOfReferenceUid?: string;
  modality?: string;
  patientId?: string;
  patientName?: string;
  studyDate?: string;
  seriesDescription?: string;
  seriesNumber?: number;
  instanceNumber?: number;
  /** Such as ['ORIGINAL', 'PRIMARY', 'AXIAL']. */
  imageType: string[];
  /** 0 where the file has no image. */
  rows: number;
  /** 0 where the file has no image. */
  columns: number;
  frames: number;
  photometricInterpretation?: string;
  /** Distances in mm between rows (first) and between columns (second). */
  pixelSpacing?: readonly [number, number];
  sliceThickness?: number;
  /** Centre of the first voxel in mm, LPS: x to the patient's left, y to the back, z to the head. */
  position?: Vector;
  /** Unit vectors in LPS along which the column index (first three) and the row index grow. */
  orientation?: readonly [number, number, number, number, number, number];
  /** Rescaled value = slope × stored value + intercept. */
  slope: number;
  intercept: number;
  /** Such as "HU". */
  rescaleType?: string;
  windows: StoredWindow[];
  dataSet: DicomDataSet;
}

/** @throws Error for spacings, positions, orientations or a rescale that are there, but are no numbers */
export function readHeader(
  dataSet: DicomDataSet,
  transferSyntaxUid: string,
  file: string,
  refuse: Refuse,
): DicomHeader {
  return {
    file,
    transferSyntaxUid,
    sopClassUid: dataSet.text('SOPClassUID'),
    sopInstanceUid: dataSet.text('SOPInstanceUID'),
    studyInstanceUid: dataSet.text('StudyInstanceUID'),
    seriesInstanceUid: dataSet.text('SeriesInstanceUID'),
    frameOfReferenceUid: dataSet.text('FrameOfReferenceUID'),
    modality: dataSet.text('Modality'),
    patientId: dataSet.text('PatientID'),
    patientName: dataSet.text('PatientName'),
    studyDate: dataSet.text('StudyDate'),
    seriesDescription: dataSet.text('SeriesDescription'),
    seriesNumber: dataSet.number('SeriesNumber'),
    instanceNumber: dataSet.number('InstanceNumber'),
    imageType: dataSet.texts('ImageType'),
    rows: dataSet.number('Rows') ?? 0,
    columns: dataSet.number('Columns') ?? 0,
    frames: framesOf(dataSet),
    photometricInterpretation: dataSet.text('PhotometricInterpretation'),
    sliceThickness: dataSet.number('SliceThickness'),
    ...plane(dataSet, refuse),
    ...rescale(dataSet, refuse),
    rescaleType: dataSet.text('RescaleType'),
    windows: windowsOf(dataSet),
    dataSet,
  };
}

/** Absent or empty, there is one frame. */
export function framesOf(dataSet: DicomDataSet): number {
  return dataSet.number('NumberOfFrames') || 1;
}

type Plane = Pick<DicomHeader, 'pixelSpacing' | 'position' | 'orientation'>;

/** Spacing, position and orientation of a data set's own attributes. */
export function plane(dataSet: DicomDataSet, refuse: Refuse): Plane {
  return {
    pixelSpacing: vector(dataSet, 'PixelSpacing', 2, refuse) as Plane['pixelSpacing'],
    position: vector(dataSet, 'ImagePositionPatient', 3, refuse) as Plane['position'],
    orientation: vector(dataSet, 'ImageOrientationPatient', 6, refuse) as Plane['orientation'],
  };
}

export function rescale(dataSet: DicomDataSet, refuse: Refuse): Pick<DicomHeader, 'slope' | 'intercept'> {
  const [slope] = vector(dataSet, 'RescaleSlope', 1, refuse) ?? [1];
  const [intercept] = vector(dataSet, 'RescaleIntercept', 1, refuse) ?? [0];
  return { slope, intercept };
}

function vector(
  dataSet: DicomDataSet,
  keyword:
    'PixelSpacing' | 'ImagePositionPatient' | 'ImageOrientationPatient' | 'RescaleSlope' | 'RescaleIntercept',
  length: number,
  refuse: Refuse,
): number[] | undefined {
  if (dataSet.text(keyword) === undefined) return undefined;
  const values = dataSet.numbers(keyword, 7);
  if (values.length !== length || !values.every(Number.isFinite)) {
    refuse(
      dataSet.place(keyword),
      JSON.stringify(dataSet.texts(keyword, 7).join('\\').slice(0, 100)),
      `${length} numbers`,
    );
  }
  return values;
}

function windowsOf(dataSet: DicomDataSet): StoredWindow[] {
  const centres = dataSet.numbers('WindowCenter', 64);
  const widths = dataSet.numbers('WindowWidth', 64);
  const explanations = dataSet.texts('WindowCenterWidthExplanation');
  return centres
    .map((centre, index) => ({ centre, width: widths[index], explanation: explanations[index] || undefined }))
    .filter(({ centre, width }) => Number.isFinite(centre) && Number.isFinite(width));
}
