"""All options of one collection: one value for each stage, so that a stage gets its own and no more."""

from pathlib import Path
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from publisher.model.options.pages import PageOptions, PictureOptions, QualityOptions, TreeOptions
from publisher.model.options.reading import SourceOptions, SyntaxOptions
from publisher.model.options.speed import SpeedOptions
from publisher.model.options.sync import SyncOptions


class Settings(Struct, frozen=True, kw_only=True):
    """What a composer hands out to the stages."""

    source: SourceOptions
    syntax: SyntaxOptions = field(default_factory=SyntaxOptions)
    tree: TreeOptions = field(default_factory=TreeOptions)
    page: PageOptions = field(default_factory=PageOptions)
    pictures: PictureOptions = field(default_factory=PictureOptions)
    quality: QualityOptions = field(default_factory=QualityOptions)
    sync: SyncOptions = field(default_factory=SyncOptions)
    speed: SpeedOptions = field(default_factory=SpeedOptions)

    @classmethod
    def of(cls, docs: Path, **values: Any) -> Self:
        """Settings of a docs folder; ``values`` by the keys of the options. TypeError for a key that is none."""
        return cls(source=SourceOptions(docs=docs)).replace(**values)

    def replace(self, **values: Any) -> Self:
        """With other values by key, wherever a key belongs. TypeError for a key that is none."""
        changed: dict[str, Any] = {}
        known: set[str] = set()
        for part, options in asdict(self).items():
            own = {name: values[name] for name in options.__struct_fields__ if name in values}
            known.update(options.__struct_fields__)
            if own:
                changed[part] = replace(options, **own)
        unknown = values.keys() - known
        if unknown:
            raise TypeError(f"no such settings: {', '.join(sorted(unknown))}")
        return replace(self, **changed)

    @property
    def docs(self) -> Path:
        return self.source.docs

    @property
    def adopts(self) -> bool:
        """Whether pages that another tool made become ours."""
        return self.sync.adopt or self.syntax.compat != "none"
