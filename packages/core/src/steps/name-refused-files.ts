import type { ProviderAdapter, ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { JobRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import { describeFile, describeLimits } from '../rules/index.ts';

/**
 * A provider's refusal of a file says little: its words stay out of our message, and often it names neither file nor limit.
 * So the message gets what the files are, and what the provider is known to take.
 */
export async function nameRefusedFiles(
  transaction: Transaction,
  { manifest }: ProviderAdapter,
  job: JobRow,
  error: ProviderCallErrorRecord,
): Promise<ProviderCallErrorRecord> {
  if (error.code !== 'input_rejected') {
    return error;
  }
  const inputs = await transaction.jobs.inputs(job.id);
  const assets = await transaction.assets.getMany(inputs.map(({ assetId }) => assetId));
  const specifications = manifest.operations
    .find((offer) => offer.operation_type === job.operationType)
    ?.models.find(({ model }) => model === job.model)?.inputs;
  const told = inputs.flatMap(({ role, assetId }) => {
    const asset = assets.find(({ id }) => id === assetId);
    const specification = specifications?.find((candidate) => candidate.role === role);
    if (asset === undefined) {
      return [];
    }
    const limits = specification === undefined ? '' : ` Known limits: ${describeLimits(specification)}.`;
    return [`The file for ${role} is ${describeFile(asset)}.${limits}`];
  });
  return { ...error, message: [error.message, ...new Set(told)].join(' ') };
}
