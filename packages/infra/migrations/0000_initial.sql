CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"provider_id" text NOT NULL,
	"label" text NOT NULL,
	"sealed_credentials" text NOT NULL,
	"base_url" text,
	"max_concurrent" integer NOT NULL,
	"priority" integer NOT NULL,
	"enabled" boolean NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"cooldown_until" timestamp (3) with time zone,
	"sandbox" boolean NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "accounts_status_known" CHECK ("accounts"."status" in ('active', 'exhausted', 'cooldown', 'disabled')),
	CONSTRAINT "accounts_max_concurrent_positive" CHECK ("accounts"."max_concurrent" > 0)
);
--> statement-breakpoint
CREATE TABLE "balance_readings" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "balance_readings_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"amount" numeric NOT NULL,
	"unit" text NOT NULL,
	"pools" jsonb NOT NULL,
	"observed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"origin" text NOT NULL,
	"media_type" text NOT NULL,
	"state" text NOT NULL,
	"name" text,
	"blob_hash" text NOT NULL,
	"bytes" bigint NOT NULL,
	"mime_type" text NOT NULL,
	"width" integer,
	"height" integer,
	"duration_s" double precision,
	"fps" double precision,
	"codec" text,
	"poster_hash" text,
	"poster_mime_type" text,
	"job_id" text,
	"output_index" integer,
	"made_by" jsonb,
	"original_url" text,
	"late_result" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "assets_job_output" UNIQUE("job_id","output_index"),
	CONSTRAINT "assets_origin_known" CHECK ("assets"."origin" in ('generated', 'uploaded', 'imported')),
	CONSTRAINT "assets_media_type_known" CHECK ("assets"."media_type" in ('video', 'image', 'audio')),
	CONSTRAINT "assets_state_known" CHECK ("assets"."state" in ('pending', 'stored', 'failed', 'deleted')),
	CONSTRAINT "assets_output_of_job" CHECK (("assets"."job_id" is null) = ("assets"."output_index" is null)),
	CONSTRAINT "assets_deleted_at_when_deleted" CHECK (("assets"."state" = 'deleted') = ("assets"."deleted_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"hash" text PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL,
	"mime_type" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lineage_edges" (
	"child_id" text NOT NULL,
	"parent_id" text NOT NULL,
	"relation" text NOT NULL,
	"position" integer NOT NULL,
	"at_s" double precision,
	CONSTRAINT "lineage_edges_pkey" PRIMARY KEY("child_id","parent_id","relation","position"),
	CONSTRAINT "lineage_edges_relation_known" CHECK ("lineage_edges"."relation" in ('first_frame', 'last_frame', 'keyframe', 'subject', 'background', 'reference', 'extends', 'frame_of')),
	CONSTRAINT "lineage_edges_not_itself" CHECK ("lineage_edges"."child_id" <> "lineage_edges"."parent_id")
);
--> statement-breakpoint
CREATE TABLE "credit_entries" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_entries_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"submission_id" text NOT NULL,
	"job_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount" numeric,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credit_entries_submission_kind" UNIQUE("submission_id","kind"),
	CONSTRAINT "credit_entries_kind_known" CHECK ("credit_entries"."kind" in ('hold', 'settle', 'release'))
);
--> statement-breakpoint
CREATE TABLE "events" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"type" text NOT NULL,
	"subject_id" text NOT NULL,
	"owner_id" text,
	"data" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sequence" bigint,
	CONSTRAINT "events_id" UNIQUE("id"),
	CONSTRAINT "events_sequence" UNIQUE("sequence"),
	CONSTRAINT "events_type_known" CHECK ("events"."type" in ('job.created', 'job.updated', 'job.completed', 'job.failed', 'job.cancelled', 'asset.created', 'asset.deleted', 'account.created', 'account.updated', 'account.deleted'))
);
--> statement-breakpoint
CREATE TABLE "job_inputs" (
	"job_id" text NOT NULL,
	"position" integer NOT NULL,
	"role" text NOT NULL,
	"slot" text NOT NULL,
	"asset_id" text NOT NULL,
	"reference_name" text,
	"segment_prompt" text,
	"segment_duration_s" double precision,
	CONSTRAINT "job_inputs_pkey" PRIMARY KEY("job_id","position"),
	CONSTRAINT "job_inputs_role_known" CHECK ("job_inputs"."role" in ('first_frame', 'last_frame', 'keyframe', 'subject', 'background', 'reference', 'source'))
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"operation_type" text NOT NULL,
	"provider_id" text NOT NULL,
	"model" text NOT NULL,
	"params" jsonb NOT NULL,
	"name" text,
	"metadata" jsonb NOT NULL,
	"status" text NOT NULL,
	"stage" text NOT NULL,
	"wait_reason" text,
	"wait_detail" text,
	"wait_until" timestamp (3) with time zone,
	"priority" integer NOT NULL,
	"not_before" timestamp (3) with time zone,
	"pinned_account_id" text,
	"retry_of" text,
	"idempotency_key" text,
	"request_fingerprint" text,
	"max_credits" numeric,
	"quoted_credits" numeric,
	"credit_unit" text NOT NULL,
	"warnings" jsonb NOT NULL,
	"duration_key" text NOT NULL,
	"error" jsonb,
	"due_at" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	CONSTRAINT "jobs_owner_idempotency_key" UNIQUE("owner_id","idempotency_key"),
	CONSTRAINT "jobs_operation_type_known" CHECK ("jobs"."operation_type" in ('text_to_video', 'image_to_video', 'video_extend', 'video_transition', 'fusion')),
	CONSTRAINT "jobs_status_known" CHECK ("jobs"."status" in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "jobs_stage_known" CHECK ("jobs"."stage" in ('queued', 'preparing', 'submitting', 'confirming', 'generating', 'storing', 'needs_attention', 'finished')),
	CONSTRAINT "jobs_wait_reason_known" CHECK ("jobs"."wait_reason" in ('slot', 'credits', 'cooldown', 'schedule', 'account', 'backoff')),
	CONSTRAINT "jobs_wait_reason_while_pending" CHECK (("jobs"."status" = 'pending') = ("jobs"."wait_reason" is not null)),
	CONSTRAINT "jobs_due_while_pending" CHECK ("jobs"."due_at" is null or "jobs"."status" = 'pending')
);
--> statement-breakpoint
CREATE TABLE "provider_uploads" (
	"account_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"role" text NOT NULL,
	"resolved" jsonb NOT NULL,
	"uploaded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "provider_uploads_pkey" PRIMARY KEY("account_id","asset_id","role")
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "observations_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"submission_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"raw_status" text NOT NULL,
	"status" text,
	CONSTRAINT "observations_status_known" CHECK ("observations"."status" in ('pending', 'processing', 'completed', 'failed', 'filtered', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" text PRIMARY KEY NOT NULL,
	"job_id" text NOT NULL,
	"number" integer NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"state" text NOT NULL,
	"token" text NOT NULL,
	"endpoint" text,
	"body" text,
	"payload" jsonb,
	"provider_job_id" text,
	"handle" jsonb,
	"outputs" jsonb NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" timestamp (3) with time zone,
	"deadline" timestamp (3) with time zone,
	"error" jsonb,
	"account_choice" jsonb NOT NULL,
	"last_raw_status" text,
	"last_observed_at" timestamp (3) with time zone,
	"progress" double precision,
	"queue_position" integer,
	"provider_credits" numeric,
	"cancel_asked_at" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"stored_at" timestamp (3) with time zone,
	CONSTRAINT "submissions_job_number" UNIQUE("job_id","number"),
	CONSTRAINT "submissions_provider_job" UNIQUE("provider_id","account_id","provider_job_id"),
	CONSTRAINT "submissions_state_known" CHECK ("submissions"."state" in ('prepared', 'unknown', 'accepted', 'succeeded', 'stored', 'failed', 'filtered', 'gone', 'timed_out', 'cancelled', 'rejected'))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"label" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "api_keys_hash" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"is_owner" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "balance_readings" ADD CONSTRAINT "balance_readings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lineage_edges" ADD CONSTRAINT "lineage_edges_child_id_assets_id_fk" FOREIGN KEY ("child_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lineage_edges" ADD CONSTRAINT "lineage_edges_parent_id_assets_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_inputs" ADD CONSTRAINT "job_inputs_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_inputs" ADD CONSTRAINT "job_inputs_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_pinned_account_id_accounts_id_fk" FOREIGN KEY ("pinned_account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_retry_of_jobs_id_fk" FOREIGN KEY ("retry_of") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_uploads" ADD CONSTRAINT "provider_uploads_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_uploads" ADD CONSTRAINT "provider_uploads_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "balance_readings_latest" ON "balance_readings" USING btree ("account_id","observed_at" DESC NULLS FIRST,"position" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "assets_listed" ON "assets" USING btree ("owner_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "assets_blob" ON "assets" USING btree ("blob_hash") WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "assets_poster" ON "assets" USING btree ("poster_hash") WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "blobs_created" ON "blobs" USING btree ("created_at","hash");--> statement-breakpoint
CREATE INDEX "lineage_edges_parent" ON "lineage_edges" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "credit_entries_account" ON "credit_entries" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "credit_entries_job" ON "credit_entries" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "events_unpublished" ON "events" USING btree ("position") WHERE "events"."sequence" is null;--> statement-breakpoint
CREATE INDEX "jobs_listed" ON "jobs" USING btree ("owner_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "jobs_dispatchable" ON "jobs" USING btree ("provider_id","due_at") WHERE "jobs"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "jobs_running" ON "jobs" USING btree ("provider_id","owner_id") WHERE "jobs"."status" = 'processing';--> statement-breakpoint
CREATE INDEX "jobs_duration_key" ON "jobs" USING btree ("duration_key");--> statement-breakpoint
CREATE INDEX "observations_submission" ON "observations" USING btree ("submission_id");--> statement-breakpoint
CREATE UNIQUE INDEX "submissions_one_live" ON "submissions" USING btree ("job_id") WHERE "submissions"."state" in ('prepared', 'unknown', 'accepted', 'succeeded');--> statement-breakpoint
CREATE INDEX "submissions_due" ON "submissions" USING btree ("due_at") WHERE "submissions"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "submissions_live" ON "submissions" USING btree ("account_id") WHERE "submissions"."state" in ('prepared', 'unknown', 'accepted');--> statement-breakpoint
CREATE INDEX "submissions_finished" ON "submissions" USING btree ("provider_id","finished_at" DESC NULLS FIRST) WHERE "submissions"."state" in ('succeeded', 'stored');--> statement-breakpoint
CREATE UNIQUE INDEX "users_one_owner" ON "users" USING btree ("is_owner") WHERE "users"."is_owner";