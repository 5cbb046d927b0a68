"""What identity adds to the engine."""

from bot.core.subject import Subject
from bot.identity import erasure, loading, my_data, second_accounts

IDENTITY = Subject(
    "identity",
    loaders=(loading.load,),
    reporters=erasure.REPORTERS,
    composers=my_data.COMPOSERS,
    one_by_one=(my_data.METHOD,),
    timers=second_accounts.TIMERS,
)
