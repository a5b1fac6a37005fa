@echo off
where /q py
if errorlevel 1 (python "%~dp0run" %*) else (py -3 "%~dp0run" %*)
