import { describe, inject } from 'vitest';
import { connectDocker } from './docker.ts';
import type { Docker } from './docker.ts';
import type { BuiltImage } from './set-up.ts';

/** A suite on the image that was built. Reported as skipped where there is no engine. */
export function describeContainer(name: string, suite: (docker: Docker, built: BuiltImage) => void): void {
  const container = inject('container');
  if ('missing' in container) {
    describe.skipIf('missing' in container)(`${name} (${container.missing})`, () => {
      suite(connectDocker({}), { environment: {}, image: '', baseImage: '', ownEngine: false });
    });
    return;
  }
  describe(`${name}, built`, () => {
    suite(connectDocker(container.environment), container);
  });
}
