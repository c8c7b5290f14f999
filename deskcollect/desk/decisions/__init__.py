"""What people decide about restrictions, incentives and consequences, and what that needs."""
