import type {
  JobErrorCode,
  JobParameters,
  OperationType,
  ProviderErrorClass,
  VideoStatus,
} from '@pixsim7/contracts';
import type {
  AccountAccess,
  AccountEffect,
  AdapterDependencies,
  ProviderAdapter,
  RetryAdvice,
} from '@pixsim7/providers';
import type { EmulatorControl } from './emulator-control.ts';

/** All that the conformance suite needs to know of a provider; the rest it finds in the manifest. */
export interface ProviderUnderTest {
  readonly createAdapter: (dependencies: AdapterDependencies) => ProviderAdapter;
  /** Starts the provider's emulator, set to finish generations as soon as their file is there. */
  readonly start: () => Promise<RunningEmulator>;
  /** At least one for each operation of the manifest; quick ones, because real files are rendered. */
  readonly samples: readonly OperationSample[];
  /** Parameters that every model of an operation takes, for each operation of the manifest; the suite adds the model. */
  readonly minimalParameters: Readonly<Partial<Record<OperationType, JobParameters>>>;
  readonly refusals: readonly RefusalSample[];
  /** The same for uploads and for reads, as what the call throws. */
  readonly uploadRefusals: readonly ReadFailureSample[];
  readonly readFailures: readonly ReadFailureSample[];
  readonly endings: readonly EndingSample[];
  readonly statuses: readonly PassingStatusSample[];
  readonly phases: Phases;
  /** Turns the answer that says where the finished video is into one that does not say it. */
  readonly removeOutput: (body: string) => string;
  /** Paths for faults, relative to the provider's base: of the status call and of the upload of an image. */
  readonly statusPath: string;
  readonly imageUploadPath: string | null;
}

export interface RunningEmulator {
  readonly control: EmulatorControl;
  /** Credentials of an account that nobody has used yet. */
  newAccount(): AccountAccess;
  /** Credentials that the provider does not accept. */
  readonly strangerAccount: AccountAccess;
  /** Lets time pass at the provider. */
  advance(seconds: number): void;
  /** Resolves when every generation whose time has come has its file too. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface OperationSample {
  readonly name: string;
  readonly operation: OperationType;
  /** Sources of inputs are placeholders: the suite brings the files. */
  readonly params: JobParameters;
}

export interface ExpectedError {
  readonly class: ProviderErrorClass;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
}

/** One way in which the provider refuses a submit: by a fault of the emulator, or by words of the prompt. */
export type RefusalSample = {
  readonly name: string;
  /** `rejected`: nothing was created, for certain. `unknown`: the answer leaves it open. */
  readonly outcome: 'rejected' | 'unknown';
  readonly error: ExpectedError;
} & (
  | { readonly action: 'err_code' | 'http_status'; readonly value: number }
  | { readonly action: 'prompt'; readonly prompt: string }
);

export interface ReadFailureSample {
  readonly name: string;
  readonly action: 'err_code' | 'http_status' | 'garbage' | 'truncate' | 'drop_before_accept';
  readonly value?: number;
  readonly error: ExpectedError;
}

/** A generation that ends without a video. */
export interface EndingSample {
  readonly name: string;
  readonly params: JobParameters;
  readonly status: Extract<VideoStatus, 'failed' | 'filtered'>;
  readonly error: ExpectedError & { readonly charged: 'yes' | 'no' | 'unknown' };
}

/** Ways to see a generation before it starts and while it runs. */
export interface Phases {
  /** Null where the provider shows no difference. */
  readonly waiting: PhaseSample | null;
  readonly running: PhaseSample;
}

export interface PhaseSample {
  readonly params: JobParameters;
  /** Seconds after the submit at which the phase is there. */
  readonly after: number;
}

/** A generation that shows something odd before it completes. */
export interface PassingStatusSample {
  readonly name: string;
  readonly params: JobParameters;
  /** The provider works on it for this long. */
  readonly seconds: number;
  /** The first look has to find this. */
  readonly first: { readonly status: VideoStatus | null; readonly rawStatus: string };
}
