import type { ControlledProvider } from './controlled-provider.ts';

/** A path without the provider's base; what lies outside of the base (result files) stays as it is. */
export function relativePathOf(provider: Pick<ControlledProvider, 'basePath'>, path: string): string {
  return path.startsWith(`${provider.basePath}/`) ? path.slice(provider.basePath.length) : path;
}
