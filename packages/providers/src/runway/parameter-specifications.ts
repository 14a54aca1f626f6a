import type { ModelManifest, ParameterSpecification } from '@pixsim7/contracts';
import { choicesOf } from './frame-sizes.ts';
import { frameOf, modelFacts } from './models.ts';
import type { Durations, ModelFacts, RunwayModel, RunwayOperation } from './models.ts';

type Parameters = ModelManifest['parameters'];

/** Seconds; used where a model takes it, so that a length and with it a price is always known. */
const usualDuration = 5;

const source = { type: 'string', required: true } as const;

/** The generic parameters that a model takes in an operation. */
export function parametersOf(operation: RunwayOperation, model: RunwayModel): Parameters {
  const facts = modelFacts[model];
  return {
    prompt: promptOf(operation, facts),
    duration: durationOf(operation, facts.durations),
    ...framesOf(operation, model),
    ...(facts.seed ? { seed: { type: 'integer', required: false, minimum: 0 } as const } : {}),
    ...(facts.negativePrompt ? { negative_prompt: { type: 'string', required: false } as const } : {}),
    ...(facts.audio ? { audio: { type: 'boolean', required: false, default: false } as const } : {}),
    ...inputParametersOf(operation, facts),
  };
}

function promptOf(operation: RunwayOperation, facts: ModelFacts): ParameterSpecification {
  return {
    type: 'string',
    required: facts.promptNeeded.includes(operation),
    ...(facts.longestPrompt === null ? {} : { max_length: facts.longestPrompt }),
  };
}

function durationOf(operation: RunwayOperation, durations: Durations): ParameterSpecification {
  const description = operation === 'video_extend' ? 'Seconds that are added.' : 'Seconds.';
  const length = { type: 'integer', required: true, description } as const;
  if (durations === 'not_stated') {
    return {
      ...length,
      default: usualDuration,
      minimum: 1,
      description: `${description} Runway states no range for this model and refuses what it does not make.`,
    };
  }
  if ('maximum' in durations) {
    return { ...length, ...durations, default: usualDuration };
  }
  const [shortest] = durations;
  return { ...length, values: [...durations], ...(shortest === undefined ? {} : { default: shortest }) };
}

function framesOf(operation: RunwayOperation, model: RunwayModel): Parameters {
  const { qualities, aspects } = choicesOf(frameOf(operation, model));
  return {
    ...(qualities.length === 0 ? {} : { quality: listed(qualities, '720p') }),
    ...(aspects.length === 0 ? {} : { aspect_ratio: listed(aspects, '16:9') }),
  };
}

/** A closed list with the preferred value as its default, or the first where that one is not in it. */
function listed(values: readonly string[], preferred: string): ParameterSpecification {
  const [first] = values;
  const fallback = values.includes(preferred) ? preferred : first;
  return {
    type: 'string',
    required: true,
    values: [...values],
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function inputParametersOf(operation: RunwayOperation, facts: ModelFacts): Parameters {
  switch (operation) {
    case 'text_to_video':
      return {};
    case 'image_to_video':
      return { image_url: source };
    case 'video_extend':
      return { video_url: source };
    case 'video_transition':
      return { image_urls: { type: 'list', required: true, min_items: 2, max_items: 2 } };
    case 'fusion':
      return {
        fusion_assets: {
          type: 'list',
          required: true,
          min_items: 1,
          max_items: facts.references,
          description: 'Their names and types stay here: Runway knows references by their order alone.',
        },
      };
  }
}

type Options = Record<string, ParameterSpecification>;

/** The options of Runway's own that a model takes, as `provider_options`. */
export function providerOptionsOf(model: RunwayModel): Options {
  const facts = modelFacts[model];
  const options: Options = {};
  if (facts.publicFigureThreshold) {
    options['public_figure_threshold'] = {
      type: 'string',
      required: false,
      values: ['auto', 'low'],
      description: 'How strict Runway is about people who are well known.',
    };
  }
  if (facts.promptExpansion) {
    options['prompt_expansion_mode'] = {
      type: 'string',
      required: false,
      values: ['disabled', 'balanced', 'quality'],
    };
  }
  return options;
}
