import { describe, expect, it } from 'vitest';
import type { FusionAsset, JobParameters } from '@pixsim7/contracts';
import { checkReferences } from './fusion-references.ts';
import { mapParameters } from './map-parameters.ts';

const named = (...names: string[]): FusionAsset[] =>
  names.map((name, index) => ({ image_url: `ast_${index}`, name, type: 'subject' }));

const codes = (assets: FusionAsset[], prompt: string) =>
  checkReferences(assets, prompt).issues.map(({ pointer, code }) => `${pointer} ${code}`);
const warnings = (assets: FusionAsset[], prompt: string) =>
  checkReferences(assets, prompt).warnings.map(({ code }) => code);

describe('citations in a prompt', () => {
  it.each([
    ['@dog plays at @room', ['dog', 'room']],
    ['@room @dog', ['dog', 'room']],
    ['@dog house is big', ['dog house']],
    ['@dog house and @dog run', ['dog', 'dog house']],
    ['@dog_1 barks', ['dog_1']],
    ['line\n@dog', ['dog']],
  ])('%j cites %j', (prompt, names) => {
    expect(checkReferences(named(...names), prompt)).toEqual({ issues: [], warnings: [] });
  });

  it('lists every name that is missing', () => {
    const { issues } = checkReferences(named('dog', 'room', 'ball'), 'a @dog plays');
    expect(issues).toMatchObject([
      { pointer: '/params/prompt', code: 'reference_not_cited', allowed: ['room', 'ball'] },
    ]);
    expect(issues[0]?.detail).toContain('@room, @ball');
  });

  it('does not take part of a word for a name', () => {
    expect(codes(named('dog'), 'a @dogs life')).toEqual(['/params/prompt reference_not_cited']);
    expect(codes(named('dog', 'dog house'), 'the @dog house')).toEqual([
      '/params/prompt reference_not_cited',
    ]);
    expect(codes(named('dog'), 'a @Dog ')).toEqual(['/params/prompt reference_not_cited']);
  });

  it('warns of a name that no reference has', () => {
    expect(warnings(named('dog'), '@dog meets @cat and @cat')).toEqual(['unknown_reference']);
    expect(checkReferences(named('dog'), '@dog meets @cat').warnings[0]?.detail).toContain('@cat');
    expect(warnings(named('dog'), '@dog @ noon')).toEqual([]);
  });

  it.each(['here is @dog, running', '@dog.', '@dog\nruns'])(
    '%j lacks the space that PixVerse asks for',
    (prompt) => {
      expect(codes(named('dog'), prompt)).toEqual(['/params/prompt reference_not_cited']);
    },
  );

  it('warns of a name without the space when it is cited elsewhere', () => {
    expect(warnings(named('dog'), '@dog runs, here is @dog.')).toEqual(['reference_needs_space']);
    expect(codes(named('dog'), '@dog runs, here is @dog.')).toEqual([]);
  });
});

describe('names of references', () => {
  it.each([
    ['dög', 'not_allowed'],
    ['the-dog', 'not_allowed'],
    [' dog', 'not_allowed'],
    ['@dog', 'not_allowed'],
    ['d'.repeat(31), 'too_long'],
  ])('%j is refused as %s', (name, code) => {
    expect(codes(named(name), `@${name} `)).toContain(`/params/fusion_assets/0/name ${code}`);
  });

  it('takes a name of 30 bytes', () => {
    expect(codes(named('d'.repeat(30)), `@${'d'.repeat(30)}`)).toEqual([]);
  });

  it('refuses the second use of a name', () => {
    expect(codes(named('dog', 'dog'), '@dog')).toEqual(['/params/fusion_assets/1/name not_unique']);
  });
});

describe('fusion', () => {
  const assets: FusionAsset[] = [
    { image_url: 'ast_a', name: 'dog', type: 'subject' },
    { image_url: 'ast_b', name: 'room', type: 'background' },
  ];
  const map = (params: JobParameters) => mapParameters('fusion', params);

  it('has a slot for each reference, under its type and its name', () => {
    const result = map({ prompt: '@dog in @room', fusion_assets: assets, model: 'c1', audio: true });
    expect(result).toMatchObject({
      ok: true,
      mapped: {
        price: { credits: 50 },
        outputDurationS: 5,
        slots: [
          {
            name: 'reference/0',
            role: 'subject',
            pointer: '/fusion_assets/0/image_url',
            referenceName: 'dog',
          },
          {
            name: 'reference/1',
            role: 'background',
            pointer: '/fusion_assets/1/image_url',
            referenceName: 'room',
          },
        ],
        plan: {
          path: '/video/fusion/generate',
          fields: { aspect_ratio: '16:9', generate_audio_switch: true },
        },
      },
    });
  });

  it('passes warnings on', () => {
    expect(map({ prompt: '@dog in @room and @dog, @cat', fusion_assets: assets })).toMatchObject({
      ok: true,
      mapped: { warnings: [{ code: 'unknown_reference' }, { code: 'reference_needs_space' }] },
    });
  });

  it('refuses more references than the model takes', () => {
    const four = named('a', 'b', 'c', 'd');
    expect(map({ prompt: '@a @b @c @d', fusion_assets: four, model: 'v4.5' })).toMatchObject({
      ok: false,
      issues: [
        { pointer: '/params/fusion_assets', code: 'wrong_count', allowed: { min_items: 1, max_items: 3 } },
      ],
    });
    expect(map({ prompt: '@a @b @c @d', fusion_assets: four, model: 'v5.5' }).ok).toBe(true);
  });

  it('needs prompt and references', () => {
    expect(map({})).toMatchObject({
      ok: false,
      issues: [{ pointer: '/params/prompt' }, { pointer: '/params/fusion_assets' }],
    });
  });
});
