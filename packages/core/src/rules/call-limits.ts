const second = 1_000;

/** The calls of the provider contract. */
export const providerCallKinds = [
  'upload',
  'submit',
  'check',
  'cancel',
  'balance',
  'choices',
  'webhook',
] as const;
export type ProviderCallKind = (typeof providerCallKinds)[number];

/**
 * The longest a call can take from its start to the last byte of its answer, in milliseconds, whatever its adapter does.
 * An adapter may give up sooner; the ones that come with this program do where their provider is known to be faster.
 */
export const callLimitsMs: Readonly<Record<ProviderCallKind, number>> = {
  /** One file: 50 MB at the 170 KB/s of a slow line. */
  upload: 300 * second,
  /** To give up too soon turns a paid answer into an unknown one. */
  submit: 120 * second,
  /** Some adapters read twice, the status and then the result. */
  check: 60 * second,
  cancel: 60 * second,
  balance: 30 * second,
  /** Somebody fills in a form, or waits for a job to be taken. */
  choices: 8 * second,
  /** The sender of a webhook waits for 15 s and more; what is not checked by then is sent again. */
  webhook: 10 * second,
};
