"""Lists of students as spreadsheets and other systems write them: any table becomes students."""
