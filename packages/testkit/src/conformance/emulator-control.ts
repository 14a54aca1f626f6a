/** The control API that every emulator has beside its provider's wire. */
export interface EmulatorControl {
  state(): Promise<EmulatorState>;
  addFault(fault: EmulatorFault): Promise<void>;
  clearFaults(): Promise<void>;
  changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

export interface EmulatorState {
  readonly generations: readonly {
    readonly id: string;
    /** Null where the provider has no mark for a request. */
    readonly trace_id: string | null;
    readonly operation: string;
    readonly state: 'running' | 'succeeded' | 'filtered' | 'failed' | 'cancelled';
    readonly credits: number;
  }[];
  /** By method and path. */
  readonly requests: Readonly<Record<string, number>>;
  readonly credits_left: number;
}

export interface EmulatorFault {
  readonly match: { readonly method?: string; readonly path?: string };
  readonly action:
    | 'drop_after_accept'
    | 'drop_before_accept'
    | 'http_status'
    | 'err_code'
    | 'delay'
    | 'garbage'
    | 'truncate'
    | 'hang'
    | 'drip'
    | 'endless';
  readonly value?: number;
  readonly times: number;
}

/** @param url of the emulator, without its provider's base path */
export function createEmulatorControl(url: string): EmulatorControl {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}/_emulator/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`The emulator refused ${method} ${path}: ${text}`);
    }
    return JSON.parse(text);
  }
  return {
    state: async () => (await call('GET', 'state')) as EmulatorState,
    addFault: async (fault) => void (await call('POST', 'faults', fault)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    changeSettings: async (settings) => void (await call('POST', 'settings', settings)),
  };
}
