CREATE TABLE "settled_totals" (
	"account_id" text PRIMARY KEY NOT NULL,
	"settled" numeric NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "blobs_reserved";--> statement-breakpoint
-- False first, which costs nothing; of the blobs that are there only the few without a living asset are written.
ALTER TABLE "blobs" ADD COLUMN "maybe_unused" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "blobs" SET "maybe_unused" = true
WHERE NOT EXISTS (SELECT FROM "assets" WHERE "assets"."blob_hash" = "blobs"."hash" AND "assets"."deleted_at" IS NULL)
	AND NOT EXISTS (SELECT FROM "assets" WHERE "assets"."poster_hash" = "blobs"."hash" AND "assets"."deleted_at" IS NULL);--> statement-breakpoint
ALTER TABLE "blobs" ALTER COLUMN "maybe_unused" SET DEFAULT true;--> statement-breakpoint
INSERT INTO "settled_totals" ("account_id", "settled", "position")
SELECT "account_id", coalesce(sum("amount"), 0), max("position") FROM "credit_entries" WHERE "kind" = 'settle' GROUP BY "account_id";--> statement-breakpoint
ALTER TABLE "settled_totals" ADD CONSTRAINT "settled_totals_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blobs_maybe_unused" ON "blobs" USING btree ("reserved_at","hash") WHERE "blobs"."maybe_unused";--> statement-breakpoint
CREATE INDEX "credit_entries_endings" ON "credit_entries" USING btree ("account_id","at") WHERE "credit_entries"."kind" <> 'hold';--> statement-breakpoint
CREATE INDEX "jobs_ended" ON "jobs" USING btree ("status") WHERE "jobs"."status" in ('completed', 'failed', 'cancelled');--> statement-breakpoint
CREATE INDEX "submissions_unsettled" ON "submissions" USING btree ("account_id") WHERE "submissions"."state" in ('prepared', 'unknown', 'accepted', 'succeeded', 'timed_out');--> statement-breakpoint
CREATE INDEX "submissions_ended" ON "submissions" USING btree ("state") WHERE "submissions"."state" in ('stored', 'failed', 'filtered', 'gone', 'cancelled', 'rejected');