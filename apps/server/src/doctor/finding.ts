/** The finding of one check. `advice` says what to do; only an `ok` has none. */
export type Finding =
  | { readonly check: string; readonly status: 'ok'; readonly detail: string }
  | {
      readonly check: string;
      readonly status: 'warning' | 'problem';
      readonly detail: string;
      readonly advice: string;
    };

export function ok(check: string, detail: string): Finding {
  return { check, status: 'ok', detail };
}

/** It works, but not as well or as safely as it could. */
export function warning(check: string, detail: string, advice: string): Finding {
  return { check, status: 'warning', detail, advice };
}

/** The server would not start, or would not do its work. */
export function problem(check: string, detail: string, advice: string): Finding {
  return { check, status: 'problem', detail, advice };
}

/** One line each, for a terminal. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map((finding) => {
    const advice = finding.status === 'ok' ? '' : ` → ${finding.advice}`;
    return `${finding.status.padEnd(7)}  ${finding.check.padEnd(width)}  ${finding.detail}${advice}`;
  });
  return `${lines.join('\n')}\n\n${summaryOf(findings)}\n`;
}

/** The same for programs. */
export function findingsAsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ works: works(findings), findings }, null, 2)}\n`;
}

export function works(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'problem');
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (status: Finding['status']): number =>
    findings.filter((finding) => finding.status === status).length;
  return `${count('ok')} ok, ${count('warning')} to look at, ${count('problem')} to fix.`;
}
