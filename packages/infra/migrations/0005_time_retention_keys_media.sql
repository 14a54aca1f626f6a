CREATE TABLE "clock" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"mark" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "clock_one_row" CHECK ("clock"."only")
);
--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "watched_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "looked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "evidence_looks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_retries" ON "jobs" USING btree ("retry_of") WHERE "jobs"."retry_of" is not null;
--> statement-breakpoint
ALTER TABLE "submissions" DROP COLUMN "deadline";
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "jobs_with_reasons" ON "jobs" USING btree ("completed_at") WHERE jsonb_path_exists("jobs"."route", '$.candidates[*].reason ? (@ != "")');--> statement-breakpoint
CREATE INDEX "provider_uploads_expiry" ON "provider_uploads" USING btree (("resolved" ->> 'expiresAt')) WHERE "provider_uploads"."resolved" ->> 'expiresAt' is not null;--> statement-breakpoint
CREATE INDEX "observations_at" ON "observations" USING btree ("at");--> statement-breakpoint
CREATE INDEX "submissions_with_choices" ON "submissions" USING btree ("finished_at") WHERE "submissions"."due_at" is null and "submissions"."account_choice" <> '[]'::jsonb;
--> statement-breakpoint
ALTER TABLE "assets" DROP CONSTRAINT "assets_state_known";--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "animated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "looks" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_state_known" CHECK ("assets"."state" in ('pending', 'stored', 'unprobed', 'failed', 'deleted'));
