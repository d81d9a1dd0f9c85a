# Announcements.
copy-withdrawn = Announcement withdrawn
copy-failed = ⚠️ The announcement could not be passed on to **{ $name }**: { $problem }. Hygie keeps trying.
