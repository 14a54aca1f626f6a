import { describe, expect, it } from 'vitest';
import { chooseServerAccount } from './server-account.ts';

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash';

const choose = (uid: number, ...lines: string[]) => chooseServerAccount(uid, () => `${lines.join('\n')}\n`);

describe('chooseServerAccount', () => {
  it('stays who it is, unless that is root', () => {
    expect(choose(1000, root, postgres)).toEqual({});
    expect(choose(-1)).toEqual({});
  });

  it('becomes postgres, or else nobody', () => {
    expect(choose(0, root, nobody, postgres)).toEqual({ uid: 101, gid: 104 });
    expect(choose(0, root, nobody)).toEqual({ uid: 65534, gid: 65533 });
  });

  it('says what is missing', () => {
    expect(() => choose(0, root)).toThrow('no account postgres or nobody');
  });
});
