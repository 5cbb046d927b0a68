"""The families of small named values that an installation keeps (`storage` table `facts`).

A name is a family's, or begins with it (families that end with a colon). Each family says whether
it holds something about a person; what says nothing fails a test.
"""

CONFIG = "config"
"""The configuration in force, as YAML."""
VERSION = "config_version"
"""Its number; every change makes the next one."""
MOVED = "moved:"
"""Which group an earlier one became, by the chat id that it had."""
FILE_HASH = "config_file"
"""SHA-256 of the configuration file that was applied last."""
FILE_VERSION = "config_file_version"
"""The version that was in force when the file had been applied last."""
NOT_SURE_DAY = "not_sure_day"
"""The day on which staff were last shown what was not understood, by the brand's clock."""
PHRASE_OFFERED = "phrase_offered:"
"""Which phrases admins were offered, by a hash of words and meaning; the words are not in it."""
SALT = "salt"
"""Random text of this installation, for holdouts."""
