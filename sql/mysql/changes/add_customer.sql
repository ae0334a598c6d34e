-- Adds a customer.
-- Binds: email, full_name, now, phone, region_id.
INSERT INTO customers (full_name, email, phone, region_id, created_at)
VALUES (:full_name, :email, :phone, :region_id, :now);
