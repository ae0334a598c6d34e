-- Somebody opens an account.
INSERT INTO customers (full_name, email, phone, region_id, created_at)
VALUES (:full_name, :email, :phone, :region_id, :now);
