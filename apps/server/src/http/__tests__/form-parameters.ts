import type { FusionAsset, JobParameters, ModelManifest, ParameterSpecification } from '@pixsim7/contracts';

/** The values for the file fields of a form. */
export interface FormFiles {
  readonly image: string;
  readonly video: string;
}

type Value = JobParameters[keyof JobParameters];

/**
 * The parameters of a form that was filled in with the minimum: the prompt where there is one, every required parameter,
 * the lowest quality and the shortest length. All of it is read from the manifest; nothing here knows a provider.
 */
export function formParameters(model: ModelManifest, files: FormFiles): JobParameters {
  const params: Record<string, Value> = { model: model.model };
  for (const [name, specification] of Object.entries(model.parameters)) {
    if (name === 'prompt' || specification.required) {
      params[name] = valueOf(name, specification, model, files);
    }
  }
  const options = Object.entries(model.provider_options)
    .filter(([, { required }]) => required)
    .map(([name, { default: usual, values }]) => [name, usual ?? values?.[0]]);
  return { ...params, ...(options.length === 0 ? {} : { provider_options: Object.fromEntries(options) }) };
}

function valueOf(
  name: string,
  { type, values, minimum, default: usual, min_items: fewest = 1 }: ParameterSpecification,
  model: ModelManifest,
  files: FormFiles,
): Value {
  const inputs = model.inputs.filter(({ parameter }) => parameter === name);
  const [input] = inputs;
  if (input !== undefined) {
    const source = files[input.media_type === 'image' ? 'image' : 'video'];
    if (type !== 'list') {
      return source;
    }
    if (name !== 'fusion_assets') {
      return Array.from({ length: fewest }, () => source);
    }
    const roles = inputs.map(({ role }) => role as FusionAsset['type']);
    return Array.from({ length: fewest }, (_, index) => ({
      image_url: source,
      name: nameOf(index),
      type: roles[index % roles.length] ?? 'subject',
    }));
  }
  // A prompt that cites its references is understood where that is needed, and a prompt like any other elsewhere.
  if (name === 'prompt') {
    return `a paper boat and @${nameOf(0)}`;
  }
  return lowest(values) ?? minimum ?? usual;
}

function nameOf(index: number): string {
  return `reference${index + 1}`;
}

/** The shortest length, or what a list of qualities begins with. */
function lowest(values: ParameterSpecification['values']): string | number | boolean | undefined {
  const numbers = values?.filter((value) => typeof value === 'number') ?? [];
  return numbers.length > 0 ? Math.min(...numbers) : values?.[0];
}

/** The price by the table of the manifest and nothing else; null where it has none. */
export function priceByManifest(
  { parameters, tariff, provider_options: options }: ModelManifest,
  params: JobParameters,
): number | null {
  const filled = (key: string): unknown => {
    const option = key.split('provider_options.')[1];
    return option === undefined
      ? (params[key as keyof JobParameters] ?? parameters[key as keyof JobParameters]?.default)
      : (params.provider_options?.[option] ?? options[option]?.default);
  };
  const row = tariff?.rows.find(({ when }) =>
    tariff.by.every((key) => (when as Record<string, unknown>)[key] === filled(key)),
  );
  if (tariff === null || row === undefined) {
    return null;
  }
  if (tariff.basis === 'per_generation') {
    return row.credits;
  }
  return row.credits * Math.max(Number(filled('duration')), tariff.minimum_s ?? 0);
}
