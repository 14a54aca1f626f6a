ALTER TABLE "api_keys" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "jobs_with_reasons" ON "jobs" USING btree ("completed_at") WHERE jsonb_path_exists("jobs"."route", '$.candidates[*].reason ? (@ != "")');--> statement-breakpoint
CREATE INDEX "provider_uploads_expiry" ON "provider_uploads" USING btree (("resolved" ->> 'expiresAt')) WHERE "provider_uploads"."resolved" ->> 'expiresAt' is not null;--> statement-breakpoint
CREATE INDEX "observations_at" ON "observations" USING btree ("at");--> statement-breakpoint
CREATE INDEX "submissions_with_choices" ON "submissions" USING btree ("finished_at") WHERE "submissions"."due_at" is null and "submissions"."account_choice" <> '[]'::jsonb;