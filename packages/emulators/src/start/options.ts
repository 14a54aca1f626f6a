/** The options that every emulator starts with, whatever provider it stands in for. */
export interface StartOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: whoever reaches the control API can do anything with the emulator. */
  readonly host?: string;
  /** Keeps everything here, across kills too; otherwise in memory and a directory that `close` removes. */
  readonly stateDir?: string;
  /** Shortest and longest render time in seconds. */
  readonly renderSeconds?: readonly [number, number];
  /** Credits of each account, in the unit of the provider. */
  readonly credits?: number;
  /** Running generations of one account; at Runway, of one model. */
  readonly maxConcurrent?: number;
  /** Milliseconds since 1970; the clock of the machine when left out. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Videos encoded at a time; each is a thread. Default 1. */
  readonly renderThreads?: number;
  /** Frames a second at the most, for those who want a file and not a film. Default: as many as look good. */
  readonly maxFrameRate?: number;
  /** Fetches files that are given as URLs of other hosts; without it those are refused. */
  readonly fetchForeignUrl?: typeof globalThis.fetch;
  /** Told about videos that could not be rendered. */
  readonly onRenderFailure?: (id: string, error: unknown) => void;
}

/** An emulator that listens. */
export interface RunningEmulator {
  /** `http://127.0.0.1:PORT`, where the control API is. */
  readonly url: string;
  /** The base URL of an account: `url`, and the path that the provider's own address has. */
  readonly baseUrl: string;
  readonly port: number;
  /** Resolves when no video is being rendered. */
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

interface StartSettings {
  render_seconds: readonly [number, number];
  credits: number;
  max_concurrent: number;
}

/** The settings at the start: the defaults of the emulator, except where the options say otherwise. */
export function settingsAtStart<Settings extends StartSettings>(
  defaults: Settings,
  { renderSeconds, credits, maxConcurrent }: StartOptions,
): Settings {
  return {
    ...defaults,
    render_seconds: renderSeconds ?? defaults.render_seconds,
    credits: credits ?? defaults.credits,
    max_concurrent: maxConcurrent ?? defaults.max_concurrent,
  };
}
