/*
 * The floor: what a program must at least do that keeps a job through its life in PostgreSQL. Four transactions, no HTTP, no
 * files, no limits of accounts, no fairness, nothing after a crash.
 */

/** One life, and the account that pays for it. */
export interface Life {
  readonly id: string;
  readonly account: number;
}

export const accountsOfFloor = 8;

export const floorTables = `
  create table lives (
    id text primary key,
    account integer not null,
    params jsonb not null,
    state text not null,
    provider_job_id text,
    output_url text,
    created_at timestamptz not null default now(),
    accepted_at timestamptz,
    finished_at timestamptz,
    stored_at timestamptz
  );
  create index lives_open on lives (account) where state <> 'stored';
  create table entries (
    position bigint generated always as identity primary key,
    life text not null references lives,
    account integer not null,
    kind text not null,
    amount numeric not null,
    at timestamptz not null default now(),
    unique (life, kind)
  );
  create table files (
    hash text primary key,
    life text not null references lives,
    bytes integer not null
  )`;

/** The steps of a life, a transaction each. */
export const floorSteps = ['create', 'accept', 'finish', 'store'] as const;
export type FloorStep = (typeof floorSteps)[number];

export interface FloorStatement {
  readonly text: string;
  /** The same for many lives at once; each parameter is then an array. */
  readonly manyText: string;
  readonly values: readonly ((life: Life) => string | number)[];
}

export const floorStatements: Readonly<Record<FloorStep, readonly FloorStatement[]>> = {
  create: [
    {
      text: `insert into lives (id, account, params, state) values ($1, $2, $3, 'created')`,
      manyText: `insert into lives (id, account, params, state)
        select *, 'created' from unnest($1::text[], $2::integer[], $3::jsonb[])`,
      values: [idOf, accountOf, paramsOf],
    },
    {
      text: `insert into entries (life, account, kind, amount) values ($1, $2, 'hold', 10)`,
      manyText: `insert into entries (life, account, kind, amount)
        select *, 'hold', 10 from unnest($1::text[], $2::integer[])`,
      values: [idOf, accountOf],
    },
  ],
  accept: [
    {
      text: `update lives set state = 'accepted', provider_job_id = $2, accepted_at = now()
        where id = $1 and state = 'created'`,
      manyText: `update lives set state = 'accepted', provider_job_id = given.value, accepted_at = now()
        from unnest($1::text[], $2::text[]) given (life, value) where id = given.life and state = 'created'`,
      values: [idOf, (life) => `provider-${life.id}`],
    },
  ],
  finish: [
    {
      text: `update lives set state = 'done', output_url = $2, finished_at = now()
        where id = $1 and state = 'accepted'`,
      manyText: `update lives set state = 'done', output_url = given.value, finished_at = now()
        from unnest($1::text[], $2::text[]) given (life, value) where id = given.life and state = 'accepted'`,
      values: [idOf, (life) => `https://files.invalid/${life.id}.mp4`],
    },
  ],
  store: [
    {
      text: 'insert into files (life, hash, bytes) values ($1, $2, 1024)',
      manyText: 'insert into files (life, hash, bytes) select *, 1024 from unnest($1::text[], $2::text[])',
      values: [idOf, (life) => `hash-of-${life.id}`],
    },
    {
      text: `update lives set state = 'stored', stored_at = now() where id = $1 and state = 'done'`,
      manyText: `update lives set state = 'stored', stored_at = now()
        from unnest($1::text[]) given (life) where id = given.life and state = 'done'`,
      values: [idOf],
    },
    {
      text: `insert into entries (life, account, kind, amount) values ($1, $2, 'settle', 10)`,
      manyText: `insert into entries (life, account, kind, amount)
        select *, 'settle', 10 from unnest($1::text[], $2::integer[])`,
      values: [idOf, accountOf],
    },
  ],
};

function idOf(life: Life): string {
  return life.id;
}

function accountOf(life: Life): number {
  return life.account;
}

function paramsOf(life: Life): string {
  return JSON.stringify({ prompt: `a paper boat on rain water, ${life.id}`, quality: '360p' });
}
