CREATE TABLE "provider_deliveries" (
	"account_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "provider_deliveries_pkey" PRIMARY KEY("account_id","delivery_id")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "webhook_token" text DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "webhook_seen_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "provider_deliveries" ADD CONSTRAINT "provider_deliveries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "provider_deliveries_received" ON "provider_deliveries" USING btree ("received_at");