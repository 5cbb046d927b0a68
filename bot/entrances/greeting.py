"""What somebody reads who has just come in by an entrance."""

from bot.core.names import display_safe, greeted
from bot.core.remedy_names import guarantee_name
from bot.core.work import Work
from bot.identity.accounts import Person
from flows.config import Entrance
from flows.config.ask_texts import fill
from flows.entities.kinds import Opens
from flows.recovery.guarantees import flow_of


class Greeter:
    """Speaks to one person."""

    def __init__(self, work: Work, person: Person) -> None:
        self._words, self._config = work.services.words, work.services.config
        self._services, self._now = work.services, work.now
        self._person = person
        self._language = work.services.language(person[1], person[0])

    def here(self, entrance: Entrance, more: str = "", **values: object) -> str:
        """Where they are, and a sentence of `visits` below it."""
        place = self._say(f"here_{entrance.kind}", entrance=self.title(entrance.id))
        return f"{place}\n{self._say(more, **values)}" if more else place

    def greeting(self, entrance: Entrance, *, asked_before: bool = False) -> str:
        """Where they are, and what happens here; `asked_before`: they answered here today."""
        if asked_before:
            return self.here(entrance, "asked_today")
        if entrance.guarantee is not None:
            return self._promise(entrance, entrance.guarantee)
        if entrance.greeting is not None:
            return f"{self.here(entrance)}\n{self._own(entrance)}"
        asks = entrance.opens is Opens.THREE_QUESTIONS
        return self.here(entrance, "hello_questions" if asks else "hello")

    def _promise(self, entrance: Entrance, guarantee_id: str) -> str:
        """What is promised here, and whether it holds now."""
        holds = flow_of(self._config, guarantee_id, self._now) is not None
        promise = guarantee_name(self._services, self._language, guarantee_id)
        own = f"\n{self._own(entrance)}" if entrance.greeting is not None else ""
        said = self.here(entrance, "hello_guarantee" if holds else "not_now", promise=promise)
        return said + own

    def title(self, entrance_id: str) -> str:
        """The title of an entrance, or the id of one that is there no more."""
        found = self._config.entrance(entrance_id)
        default = self._config.brand.default_language
        return display_safe(found.in_language(self._language, default) if found else entrance_id)

    def _own(self, entrance: Entrance) -> str:
        texts, default = entrance.greeting or {}, self._config.brand.default_language
        product = self._config.product(entrance.product or "")
        values = {
            "brand": self._config.brand.name,
            "first_name": greeted(self._person[1], self._person[0]),
            "product": product.in_language(self._language, default) if product else "",
        }
        return fill(texts.get(self._language) or texts.get(default, ""), values)

    def _say(self, key: str, **values: object) -> str:
        brand = self._config.brand.name
        return self._words.say(self._language, f"visits.{key}", brand=brand, **values)
