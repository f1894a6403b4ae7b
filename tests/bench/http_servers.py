"""The contenders of ``bench_http``: ``python -m tests.bench.http_servers NAME FOLDER PORT``. Steerco, and three with neither
token nor policy nor visibility over the same rows of the same file."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

FIELDS: tuple[str, ...] = (
    "id",
    "ref",
    "body",
    "state",
    "version",
    "author",
    "created_at",
    "title",
    "text",
    "to",
    "lead",
    "accountable",
)
FIELDS += ("performer", "due_on", "original_due_on", "product", "instrument", "source", "source_sort", "plan", "focal_unit")
FIELDS += ("staff", "resources", "reported_done_on", "done_on", "reason")
PAGE, TENANT = 20, 1


def steerco(folder: Path) -> Any:
    """Steerco as it is served."""
    from steerco.cli.serve.processes import settle
    from steerco.configuration.installation import Installation
    from steerco.store.engine import Store
    from steerco.web.app import create_app

    at = datetime(2021, 2, 3, 2, tzinfo=UTC)
    app = create_app(Installation(Store.open(None, folder)), clock=lambda: at)
    settle()
    return app


def told(folder: Path) -> Any:
    """The same with a line of log and metrics for each request."""
    from steerco.cli.serve import logs
    from steerco.web.http.metrics import Metrics

    app = steerco(folder)
    logs.begin(to=(folder / "told.log").open("w"))
    Metrics().attach(app)
    return app


def orm(folder: Path) -> Any:
    """A bare Litestar handler over SQLAlchemy's async ORM, as its documentation shows it."""
    from datetime import date

    from litestar import Litestar, get
    from sqlalchemy import select
    from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase):
        pass

    columns: dict[str, Any] = dict.fromkeys(FIELDS, Mapped[str | None])
    columns |= {"version": Mapped[int], "created_at": Mapped[datetime]}
    columns |= {name: Mapped[date | None] for name in FIELDS if name.endswith("_on")}
    keys = {"tenant_id": mapped_column(primary_key=True), "id": mapped_column(primary_key=True)}
    hints = {**columns, "tenant_id": Mapped[int], "id": Mapped[str]}
    task: Any = type("Task", (Base,), {"__tablename__": "task", "__annotations__": hints, **keys})
    sessions = async_sessionmaker(create_async_engine(f"sqlite+aiosqlite:///{folder / 'steerco.db'}"))

    @get("/tasks")
    async def tasks() -> list[dict[str, Any]]:
        async with sessions() as session:
            found = await session.scalars(select(task).where(task.tenant_id == TENANT).order_by(task.id).limit(PAGE))
            return [{name: getattr(row, name) for name in FIELDS} for row in found]

    return Litestar([tasks], openapi_config=None, logging_config=None)


def raw(folder: Path) -> Any:
    """A bare Litestar handler over sqlite3 and nothing between, on the event loop itself."""
    from litestar import Litestar, get

    connection = sqlite3.connect(folder / "steerco.db", check_same_thread=False)
    columns = ", ".join(f'"{name}"' for name in FIELDS)
    sql = f"SELECT {columns} FROM task WHERE tenant_id = ? ORDER BY id LIMIT ?"

    @get("/tasks", sync_to_thread=False)
    def tasks() -> list[dict[str, Any]]:
        return [dict(zip(FIELDS, row, strict=True)) for row in connection.execute(sql, (TENANT, PAGE))]

    return Litestar([tasks], openapi_config=None, logging_config=None)


def drf(folder: Path) -> Any:
    """Django REST framework with a tenant filter: a model, a serializer, a generic list view."""
    django, conf = import_module("django"), import_module("django.conf")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "steerco.db"), "CONN_MAX_AGE": None}
    conf.settings.configure(
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
        USE_TZ=True,
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
    )
    django.setup()
    models, serializers = import_module("django.db.models"), import_module("rest_framework.serializers")

    fields: dict[str, Any] = {name: models.TextField(null=True) for name in FIELDS}
    fields |= {name: models.DateField(null=True) for name in FIELDS if name.endswith("_on")}
    fields |= {"version": models.IntegerField(), "created_at": models.DateTimeField(), "tenant_id": models.IntegerField()}
    fields["id"] = models.TextField(primary_key=True)
    meta = type("Meta", (), {"db_table": "task", "managed": False, "app_label": "bench"})
    model: Any = type("Task", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    shown = type("Meta", (), {"model": model, "fields": FIELDS})
    view = {
        "authentication_classes": [],
        "permission_classes": [],
        "serializer_class": type("TaskSerializer", (serializers.ModelSerializer,), {"Meta": shown}),
        "get_queryset": lambda self: model.objects.filter(tenant_id=TENANT).order_by("id")[:PAGE],
    }
    tasks: Any = type("Tasks", (import_module("rest_framework.generics").ListAPIView,), view)
    globals()["urlpatterns"] = [import_module("django.urls").path("tasks", tasks.as_view())]
    return import_module("django.core.wsgi").get_wsgi_application()


def main(name: str, folder: str, port: str) -> None:
    """Serve a contender until it is ended."""
    import uvicorn

    app = {"steerco": steerco, "told": told, "orm": orm, "raw": raw, "drf": drf}[name](Path(folder))
    interface: Any = "wsgi" if name == "drf" else "asgi3"
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False, interface=interface)


if __name__ == "__main__":
    main(*sys.argv[1:])
