import { orNull, secondsRange, wholeNumber } from '../control/settings.ts';
import type { SettingFields } from '../control/settings.ts';

/** Named as in `POST /_emulator/settings`. */
export interface RunwaySettings {
  /** Render times are drawn evenly from this range, in seconds. */
  render_seconds: readonly [number, number];
  /** Tasks of one model that an organization has running; more are taken and wait. */
  max_concurrent: number;
  /** Generations of one model in 24 hours; null is no limit. */
  max_daily: number | null;
  /** `creditBalance` of new organizations; setting it gives every one this many now. */
  credits: number;
  /** A link to an output can be used for this long. */
  url_lifetime_seconds: number;
}

export const runwaySettingFields: SettingFields<RunwaySettings> = {
  render_seconds: secondsRange,
  max_concurrent: wholeNumber(1, 10_000),
  max_daily: orNull(wholeNumber(0, 1_000_000)),
  credits: wholeNumber(0, 1_000_000_000),
  url_lifetime_seconds: wholeNumber(0, 1_000_000_000),
};

/** Concurrency as in the second of Runway's tiers; links live 24 to 48 hours. */
export const defaultRunwaySettings: RunwaySettings = {
  render_seconds: [2, 6],
  max_concurrent: 3,
  max_daily: null,
  credits: 15_000,
  url_lifetime_seconds: 86_400,
};
