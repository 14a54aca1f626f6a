import type { ParameterSpecification } from '@pixsim7/contracts';
import { modelFacts } from './models.ts';
import type { ModelOperation, PixverseModel } from './models.ts';

type Options = Record<string, ParameterSpecification>;

const templateId: Options = {
  template_id: {
    type: 'string',
    required: false,
    max_length: 20,
    description: 'An effect that was activated in the PixVerse dashboard; decimal digits.',
  },
};

const multiClip: Options = {
  generate_multi_clip_switch: {
    type: 'boolean',
    required: false,
    default: false,
    description: 'Several camera shots in one video.',
  },
};

const thinking: Options = {
  thinking_type: {
    type: 'string',
    required: false,
    values: ['enabled', 'disabled', 'auto'],
    description: 'Whether the prompt is worked out before it is used; left out means auto.',
  },
};

const soundEffect: Options = {
  sound_effect_switch: { type: 'boolean', required: false },
  sound_effect_content: {
    type: 'string',
    required: false,
    max_length: 2_048,
    description: 'What to hear; invented from the picture when left out.',
  },
};

const speech: Options = {
  // Two names are documented for the switch; all examples send this one.
  lip_sync_tts_switch: { type: 'boolean', required: false },
  lip_sync_tts_content: {
    type: 'string',
    required: false,
    max_length: 200,
    warn_over_length: 140,
    description: 'What is said; cut to the length of the video.',
  },
  lip_sync_tts_speaker_id: { type: 'string', required: false, max_length: 60 },
};

const waterMark: Options = { water_mark: { type: 'boolean', required: false } };

const webhook: Options = {
  webhook_id: {
    type: 'string',
    required: false,
    max_length: 60,
    description: 'Id of a webhook from the PixVerse dashboard; only digits and letters.',
  },
};

/** The options of PixVerse's own that a model takes in an operation, as `provider_options`. */
export function providerOptionsOf(operation: ModelOperation, model: PixverseModel): Options {
  const facts = modelFacts[model];
  switch (operation) {
    case 'text_to_video':
    case 'image_to_video':
      return {
        ...templateId,
        ...(facts.multiClip ? multiClip : {}),
        ...(facts.thinking ? thinking : {}),
        // With a template every model takes the sound effect; the mapping refuses it on newer models without one.
        ...soundEffect,
        ...(facts.inlineSound ? speech : {}),
        ...waterMark,
        ...webhook,
      };
    case 'video_transition':
      return facts.inlineSound ? { ...soundEffect, ...speech } : {};
    case 'video_extend':
      return waterMark;
    case 'fusion':
      return {};
  }
}
