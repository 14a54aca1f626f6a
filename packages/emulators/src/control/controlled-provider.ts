/** The control API needs this from the stand-in of a provider. */
export interface ControlledProvider {
  /** The beginning of the provider's paths, such as `/openapi/v2`. */
  readonly basePath: string;
  /** For `GET /_emulator/state`; `requests` is added to it. */
  state(): ProviderState;
  settings(): object;
  /** Reads and applies the body of `POST /_emulator/settings`. Throws `ControlBodyError`. */
  changeSettings(body: unknown): void;
  /**
   * Beyond what every provider has: `POST /_emulator/{name}` with a JSON body is answered with the object. Throws `ControlBodyError`.
   */
  readonly actions?: Readonly<Record<string, (body: unknown) => object>>;
  /** The provider's reply for one of its error codes, for the fault `err_code`. */
  errorReply(code: number): Response;
}

export interface ProviderState {
  readonly generations: readonly GenerationState[];
  readonly accounts: readonly AccountState[];
  /** Of all accounts together. */
  readonly credits_left: number;
  /** The most generations that one account ever had running at a time. */
  readonly max_running: number;
}

export interface GenerationState {
  readonly id: string;
  /** The client's mark on its request; null where the provider has no such mark. */
  readonly trace_id: string | null;
  readonly api_key_suffix: string;
  readonly operation: string;
  readonly state: 'running' | 'succeeded' | 'filtered' | 'failed' | 'cancelled';
  readonly credits: number;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}

export interface AccountState {
  readonly api_key_suffix: string;
  readonly credits_left: number;
  readonly running: number;
  readonly max_running: number;
}
