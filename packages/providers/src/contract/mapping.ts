import type {
  InputRole,
  InputSpecification,
  JobParameters,
  OperationType,
  ProblemField,
  Warning,
} from '@pixsim7/contracts';

/** One place of a request that a file has to fill. */
export interface InputSlot {
  /** Unique within the request, e.g. `first_frame` or `keyframe/2`. */
  readonly name: string;
  readonly role: InputRole;
  /** Order among the inputs of the job, from 0. */
  readonly position: number;
  /** The value of the parameter: a URL, a data URL or an asset id. */
  readonly source: string;
  /** JSON pointer of that value inside `params`, e.g. `/image_urls/2`. */
  readonly pointer: string;
  readonly specification: InputSpecification;
  /** The name by which the prompt cites the input, without the at sign. */
  readonly referenceName: string | null;
  /** Prompt and length (seconds) of the segment that starts at this input. */
  readonly segmentPrompt: string | null;
  readonly segmentDurationS: number | null;
}

/** Credits for every started second of the files in the slots of a role. */
export interface PerInputSecond {
  readonly role: InputRole;
  readonly credits: number;
}

/** `credits: null` says that the price is not known; it is never treated as free. */
export interface Price {
  readonly credits: number | null;
  readonly unit: string;
  /** The price goes by the length of files, so it is known when they are. */
  readonly perInputSecond?: PerInputSecond;
}

/** A validated, priced request, ready but for its files. */
export interface MappedRequest<Plan = unknown> {
  readonly operation: OperationType;
  readonly model: string;
  readonly slots: readonly InputSlot[];
  readonly price: Price;
  readonly warnings: readonly Warning[];
  /** The key by which the duration of like jobs is learned, e.g. `v5 text_to_video 540p 5s`. */
  readonly durationKey: string;
  /** Length of the output in seconds, when the parameters decide it. */
  readonly outputDurationS: number | null;
  /** The input of the adapter's `buildRequest` besides the files; nobody else reads it. */
  readonly plan: Plan;
}

export type MappingResult<Plan = unknown> =
  | { readonly ok: true; readonly mapped: MappedRequest<Plan> }
  | { readonly ok: false; readonly issues: readonly ProblemField[] };

/** Pure: same input, same result, no clock, no network, so that it runs in a browser too. */
export type MapParameters<Plan = unknown> = (
  operation: OperationType,
  params: JobParameters,
) => MappingResult<Plan>;
