import type { Asset, Lineage, LineageEdge } from '@pixsim7/contracts';

/** Draws what was made from what, roots first. An asset with several parents stands below each of them. */
export function drawLineage(lineages: readonly Lineage[], nameOf: (asset: Asset) => string): string[] {
  const assets = new Map(lineages.flatMap((lineage) => lineage.nodes).map((asset) => [asset.id, asset]));
  const edges = new Map<string, LineageEdge>(
    lineages
      .flatMap((lineage) => lineage.edges)
      .map((edge) => [`${edge.parent_id} ${edge.child_id} ${edge.relation} ${edge.position}`, edge]),
  );
  const children = (id: string): LineageEdge[] => [...edges.values()].filter((edge) => edge.parent_id === id);
  const isChild = new Set([...edges.values()].map((edge) => edge.child_id));
  const lines: string[] = [];
  const walk = (asset: Asset, indent: string, label: string): void => {
    lines.push(`${indent}${label}${nameOf(asset)}`);
    for (const edge of children(asset.id)) {
      const child = assets.get(edge.child_id);
      if (child === undefined) {
        continue;
      }
      const at = edge.at_s === undefined ? '' : ` at ${edge.at_s} s`;
      walk(child, `${indent}   `, `└─ ${edge.relation}${at} → `);
    }
  };
  for (const asset of assets.values()) {
    if (!isChild.has(asset.id)) {
      walk(asset, '  ', '');
    }
  }
  return lines;
}
