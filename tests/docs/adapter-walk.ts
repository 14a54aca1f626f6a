import { setTimeout as sleep } from 'node:timers/promises';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { AccountAccess, InputFile, ProviderOutput, ResolvedInput } from '@pixsim7/providers/contract';

const createUuid = (): string => crypto.randomUUID();
const registry = registerDefaultProviders({ fetch, createUuid });

/** One video, from the parameters to where it is. */
export async function generate(
  account: AccountAccess,
  operation: OperationType,
  params: JobParameters,
  image?: InputFile,
): Promise<ProviderOutput> {
  const adapter = registry.get('pixverse');

  // Check and price it. Nothing is sent, and every problem is said at once.
  const mapping = adapter.mapParameters(operation, params);
  if (!mapping.ok) {
    throw new Error(mapping.issues.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('\n'));
  }
  const { mapped } = mapping;

  // Upload its files: one for each slot.
  const inputs = new Map<string, ResolvedInput>();
  for (const slot of mapped.slots) {
    if (image === undefined) {
      throw new Error(`${slot.pointer} needs a file.`);
    }
    inputs.set(slot.name, await adapter.resolveInput(account, slot, image));
  }

  // Send it once. Whoever keeps request and token can send exactly this again after a crash, without paying twice.
  const request = adapter.buildRequest(mapped, inputs, { account, webhookUrl: null });
  const token = createUuid();
  const result = await adapter.execute(operation, account, request, token);
  if (result.outcome === 'rejected') {
    throw result.error;
  }
  if (result.outcome === 'unknown') {
    throw new Error(`Send it again with the same token: ${result.evidence}`);
  }

  // Ask until it is over. A question costs nothing, and a throw means "cannot see", never "failed".
  for (;;) {
    const { error, outputs, status } = await adapter.checkStatus(account, result.handle);
    if (error !== null) {
      throw error;
    }
    const [output] = outputs;
    if (status === 'completed' && output !== undefined) {
      return output;
    }
    await sleep(adapter.manifest.behaviour.check.fastest_s * 1_000);
  }
}

export const textToVideo = (account: AccountAccess): Promise<ProviderOutput> =>
  generate(account, 'text_to_video', {
    prompt: 'A serene sunset over mountains',
    model: 'v5',
    quality: '720p',
    duration: 5,
    aspect_ratio: '16:9',
  });

export const imageToVideo = (account: AccountAccess, image: InputFile): Promise<ProviderOutput> =>
  generate(
    account,
    'image_to_video',
    {
      prompt: 'the clouds move',
      model: 'v4.5',
      quality: '540p',
      duration: 5,
      camera_movement: 'zoom_in',
      image_url: image.assetId,
    },
    image,
  );
