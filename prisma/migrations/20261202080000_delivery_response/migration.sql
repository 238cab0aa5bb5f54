-- The beginning of what an endpoint has answered last, for people.
ALTER TABLE webhook_deliveries ADD COLUMN response text;
