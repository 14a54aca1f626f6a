DROP INDEX "jobs_duration_key";--> statement-breakpoint
DROP INDEX "submissions_finished";--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "duration_key" text;--> statement-breakpoint
-- What was learned stays known: of each kind of jobs the newest that the pace of the checks looks at, and those under way.
-- Not all of them: to write each of 1,000,000 rows anew takes minutes, and nobody reads the older ones.
UPDATE "submissions" SET "duration_key" = "jobs"."duration_key"
FROM "jobs"
WHERE "jobs"."id" = "submissions"."job_id"
  AND ("submissions"."due_at" IS NOT NULL OR "submissions"."state" IN ('prepared', 'unknown', 'accepted'));--> statement-breakpoint
UPDATE "submissions" SET "duration_key" = "newest"."duration_key"
FROM (
  SELECT "done"."id", "like"."duration_key", row_number() OVER (
    PARTITION BY "done"."account_id", "like"."duration_key" ORDER BY "done"."finished_at" DESC
  ) AS "place"
  FROM "submissions" AS "done" JOIN "jobs" AS "like" ON "like"."id" = "done"."job_id"
  WHERE "done"."state" IN ('succeeded', 'stored')
    AND "done"."accepted_at" IS NOT NULL AND "done"."finished_at" IS NOT NULL
) AS "newest"
WHERE "newest"."id" = "submissions"."id" AND "newest"."place" <= 50;--> statement-breakpoint
CREATE INDEX "assets_listed_media" ON "assets" USING btree ("workspace_id","media_type","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "assets_listed_origin" ON "assets" USING btree ("workspace_id","origin","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_listed_status" ON "jobs" USING btree ("workspace_id","status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_listed_operation" ON "jobs" USING btree ("workspace_id","operation_type","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_listed_provider" ON "jobs" USING btree ("workspace_id","provider_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_listed_model" ON "jobs" USING btree ("workspace_id","model","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_listed_routed" ON "jobs" USING btree ("workspace_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "jobs"."route" is not null;--> statement-breakpoint
CREATE INDEX "jobs_listed_unfinished" ON "jobs" USING btree ("workspace_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "jobs"."stage" <> 'finished';--> statement-breakpoint
CREATE INDEX "jobs_metadata" ON "jobs" USING gin ("metadata" jsonb_path_ops) WHERE "jobs"."metadata" <> '{}'::jsonb;--> statement-breakpoint
CREATE INDEX "submissions_durations" ON "submissions" USING btree ("provider_id","duration_key","account_id","finished_at" DESC NULLS FIRST,"accepted_at") WHERE "submissions"."state" in ('succeeded', 'stored') and "submissions"."accepted_at" is not null and "submissions"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "submissions_account" ON "submissions" USING btree ("account_id","job_id");