"""Rate limits, counted for all processes on one database."""

from intake.rate_limits.shared_limiter import LimitUse, SharedLimiter, forget_ended_budgets

__all__ = ["LimitUse", "SharedLimiter", "forget_ended_budgets"]
