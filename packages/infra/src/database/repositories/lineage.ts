import { inArray } from 'drizzle-orm';
import type { LineageRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { lineageEdges } from '../schema/index.ts';

export function createLineageRepository({ drizzle: connection }: RepositoryConnection): LineageRepository {
  return {
    async insert(edges) {
      if (edges.length > 0) {
        await connection.insert(lineageEdges).values([...edges]);
      }
    },
    async toParents(childIds) {
      return connection
        .select()
        .from(lineageEdges)
        .where(inArray(lineageEdges.childId, [...childIds]))
        .orderBy(lineageEdges.childId, lineageEdges.position, lineageEdges.parentId, lineageEdges.relation);
    },
    async toChildren(parentIds) {
      return connection
        .select()
        .from(lineageEdges)
        .where(inArray(lineageEdges.parentId, [...parentIds]))
        .orderBy(lineageEdges.childId, lineageEdges.position, lineageEdges.parentId, lineageEdges.relation);
    },
  };
}
