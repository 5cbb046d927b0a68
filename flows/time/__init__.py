"""Time: durations, opening and working hours, fixed times, time zones."""
