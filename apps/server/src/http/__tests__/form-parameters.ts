import type {
  ChoiceKind,
  FusionAsset,
  JobParameters,
  ModelManifest,
  ParameterSpecification,
} from '@pixsim7/contracts';

/** The values for the file fields of a form. */
export interface FormFiles {
  readonly image: string;
  readonly video: string;
  readonly audio: string;
  /** Of that video, for the inputs that take nothing else. */
  readonly mask: string;
}

/** One of each kind that every emulator has. */
const choices: Readonly<Record<ChoiceKind, string>> = {
  voices: 'auto',
  styles: '1',
  effects: '302325299692608',
  image_effects: '384631857552768',
};

type Value = JobParameters[keyof JobParameters];

/**
 * The parameters of a form that was filled in with the minimum: the prompt where there is one, every required parameter,
 * the lowest quality and the shortest length. All of it is read from the manifest; nothing here knows a provider.
 */
export function formParameters(model: ModelManifest, files: FormFiles): JobParameters {
  const params: Record<string, Value> = { model: model.model };
  const groups = model.one_of ?? [];
  for (const [name, specification] of Object.entries(model.parameters)) {
    const group = groups.find((candidate) => candidate.some((member) => member === name));
    const isWanted = group === undefined ? name === 'prompt' || specification.required : group[0] === name;
    if (isWanted) {
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
  { type, values, minimum, choices: kind, default: usual, min_items: fewest = 1 }: ParameterSpecification,
  model: ModelManifest,
  files: FormFiles,
): Value {
  const inputs = model.inputs.filter(({ parameter }) => parameter === name);
  const [input] = inputs;
  if (input !== undefined) {
    const source = input.made_by === undefined ? files[input.media_type] : files.mask;
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
  if (kind !== undefined) {
    return choices[kind];
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
  const row = tariff?.rows.find(
    ({ when, present = [] }) =>
      tariff.by.every((key) => (when as Record<string, unknown>)[key] === filled(key)) &&
      present.every((name) => params[name] !== undefined),
  );
  if (tariff === null || row === undefined) {
    return null;
  }
  switch (row.basis ?? tariff.basis) {
    case 'per_generation':
      return row.credits;
    case 'per_second':
      return row.credits * Math.max(Number(filled('duration')), tariff.minimum_s ?? 0);
    case 'per_text_bytes':
      return row.credits * Math.ceil(Buffer.byteLength(String(params.text)) / (tariff.bytes ?? 1));
    case 'per_input_second':
      // A form without the files does not know it.
      return null;
  }
}
