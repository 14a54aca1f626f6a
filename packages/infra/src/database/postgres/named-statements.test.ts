import { describe, expect, it } from 'vitest';
import { createStatementNames } from './named-statements.ts';

describe('statement names', () => {
  const third = (nameOf: (text: string) => string | undefined, text: string): string | undefined => {
    nameOf(text);
    nameOf(text);
    return nameOf(text);
  };

  it('are given to what comes a third time, and stay', () => {
    const { ofSent: nameOf } = createStatementNames();
    expect(['a', 'a', 'a', 'b', 'a'].map(nameOf)).toEqual([
      undefined,
      undefined,
      'pixsim7_1',
      undefined,
      'pixsim7_1',
    ]);
  });

  it('are not given to lists that are built', () => {
    const { ofBuilt, ofSent } = createStatementNames();
    const list = 'select 1 from "jobs" where "a" = $1 order by "b" desc limit $2';
    expect([third(ofBuilt, list), third(ofSent, list)]).toEqual([undefined, 'pixsim7_1']);
  });

  it('are others for what is built and for what is sent, which know nothing of each other', () => {
    const { ofBuilt, ofSent } = createStatementNames();
    expect([third(ofBuilt, 'a'), third(ofSent, 'a')]).toEqual(['pixsim7_built_1', 'pixsim7_1']);
  });

  it('are at most a hundred, and texts that come once take no room for ever', () => {
    const { ofSent: nameOf } = createStatementNames();
    nameOf('early');
    nameOf('early');
    for (let count = 0; count < 1_000; count += 1) {
      nameOf(`once ${count}`);
    }
    expect(nameOf('early')).toBeUndefined();
    const names = Array.from({ length: 150 }, (_, index) => third(nameOf, `often ${index}`));
    expect(names.filter((name) => name !== undefined)).toHaveLength(100);
  });
});
