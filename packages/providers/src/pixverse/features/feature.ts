import type { JobParameters, ModelManifest, OperationType, ProblemField } from '@pixsim7/contracts';
import type { JsonObject } from '../../contract/json.ts';
import type { ModelOperation } from '../models.ts';
import type { GenerationPath } from '../request-plan.ts';

/** Operations of PixVerse that take no model. */
export type FeatureOperation = Exclude<OperationType, ModelOperation>;

/** The parts of a manifest that differ between features. */
type FeatureManifest = Pick<ModelManifest, 'parameters' | 'one_of' | 'inputs' | 'tariff' | 'typical_s'>;

/** One operation without a model: its place in the manifest, its rules and its request. */
export interface Feature {
  readonly operation: FeatureOperation;
  readonly label: string;
  readonly path: GenerationPath;
  readonly manifest: FeatureManifest;
  /** Rules that data cannot say, about parameters with their defaults. */
  readonly check?: (values: JobParameters) => readonly ProblemField[];
  /** Fields of the body besides the files, in PixVerse's names. */
  readonly fields: (values: JobParameters) => JsonObject;
  /** The body's member for pictures. `img_ids` takes several; `effect` uses the one that fits their number. */
  readonly pictures?: 'img_id' | 'img_ids' | 'by_count';
  /** The body's members for masks: one and its frame, or a list. */
  readonly masks?: 'mask_id' | 'mask_ids';
}

/** The time that videos take; a first guess until there are jobs to learn from. */
export const usualTime = { low: 60, high: 180 };
