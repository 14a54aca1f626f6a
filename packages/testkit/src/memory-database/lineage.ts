import type { LineageEdgeRow, LineageRepository } from '@pixsim7/core';
import { compareText, insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

export function createLineageRepository({ lineageEdges }: Tables): LineageRepository {
  const where = (matches: (edge: LineageEdgeRow) => boolean): LineageEdgeRow[] =>
    lineageEdges
      .values()
      .filter((edge) => matches(edge))
      .sort((left, right) => compareText(left.childId, right.childId) || left.position - right.position);

  return {
    async insert(edges) {
      for (const edge of edges) {
        const key = `${edge.childId} ${edge.parentId} ${edge.relation} ${edge.position}`;
        insertNew(lineageEdges, 'lineage_edges_pkey', key, edge);
      }
    },
    async toParents(childIds) {
      const wanted = new Set(childIds);
      return where(({ childId }) => wanted.has(childId));
    },
    async toChildren(parentIds) {
      const wanted = new Set(parentIds);
      return where(({ parentId }) => wanted.has(parentId));
    },
  };
}
