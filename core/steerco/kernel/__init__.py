"""One act, from the request to the log; and the questions that walk the same steps without writing.

perform        the only way in which a record changes
explain        may X do Y, and why: the same steps, nothing written
places         the same of every act of a record at once, for a page; ``grants`` is who else may, and what an input could turn
pipeline       the steps that both walk
authority      who the actor is on the day, and the decision
visibility     which records the actor may see; ``view`` is how one of them is shown
plugin_rules   what the tenant's plugins say of an act; ``plugin_context`` is what a plugin is handed
duty_ledger    who owes what by when, from the charter and the log
on_behalf      entering an act for another person
attachments    the files of an act
"""

from steerco.kernel.authority import Authority
from steerco.kernel.explain import explain
from steerco.kernel.perform import Done, perform
from steerco.kernel.plugin_context import PluginContext

__all__ = ["Authority", "Done", "PluginContext", "explain", "perform"]
